"""Posts of another site: which are kept, how they read here, and who gets to see them."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.models import Account, RemoteActor
from app.members.actor import Actor
from app.notifications.kinds import NoticeKind
from app.relationships.models import Follow, FollowState
from app.statuses.models import RemoteStatus, Status
from app.statuses.service.delete import delete_status
from app.statuses.visibility import ReplyAudience, Visibility
from tests.fakes import clock_of
from tests.federation.inbox.test_follows import account_of, told
from tests.federation.inbox.there import PUBLIC, There
from tests.federation.reading import URLS
from tests.mastodon.apps import Site
from tests.social import post


@pytest.fixture
def ines(site: Site) -> Actor:
    return site.person("ines")


@pytest.fixture
def ada(site: Site, there: There, ines: Actor) -> str:
    """Somebody of there whom Ines follows."""
    return followed(site, there, "ada", ines)


def followed(site: Site, there: There, name: str, by: Actor) -> str:
    uri = there.person(name, indexable=True)
    somebody = URLS.actor(site.person("somebody").account_id)
    there.deliver(there.act("Follow", uri, somebody))
    with site.write() as session:
        them = session.scalars(select(RemoteActor).where(RemoteActor.uri == uri)).one()
        follow = Follow(
            follower_id=by.account_id,
            followee_id=them.account_id,
            state=FollowState.ACCEPTED,
            created_at=site.now,
            accepted_at=site.now,
        )
        session.add(follow)
    return uri


def note(there: There, by: str, content: str = "<p>Hello</p>", /, **more: Any) -> dict[str, Any]:
    """Return a public post, as it came into being a minute ago."""
    at = clock_of(there.site.kernel).now() - timedelta(minutes=1)
    return {
        "id": there.new_id("notes"),
        "type": "Note",
        "attributedTo": by,
        "content": content,
        "published": at.isoformat(),
        "to": [PUBLIC],
        "cc": [f"{by}/followers"],
    } | more


def created(there: There, note: dict[str, Any], **more: Any) -> dict[str, Any]:
    return there.act("Create", note["attributedTo"], note, to=note["to"], cc=note["cc"]) | more


def kept(site: Site) -> list[Status]:
    """Return the posts and boosts of elsewhere that stand here."""
    with site.kernel.db.read.begin() as session:
        theirs = select(Status).join(RemoteStatus, RemoteStatus.status_id == Status.id)
        return list(session.scalars(theirs.where(Status.deleted_at.is_(None)).order_by(Status.id)))


def home(site: Site, name: str = "ines") -> list[Any]:
    answer = site.program(name).get("/api/v1/timelines/home")
    assert answer.status_code == 200
    found: list[Any] = answer.json()
    return found


def one(site: Site, viewer: str | None, status_id: int) -> Any:
    answer = site.program(viewer).get(f"/api/v1/statuses/{status_id}")
    return answer.json() if answer.status_code == 200 else None


def counts(site: Site, of: Status) -> tuple[int, int]:
    """Return how often a post was boosted, and liked."""
    with site.kernel.db.read.begin() as session:
        status = session.get_one(Status, of.id)
        return status.reblogs_count, status.favourites_count


def test_a_post_of_the_followed_comes_home(site: Site, there: There, ada: str) -> None:
    content = '<p>Good <b>morning</b><script>x</script> <a href="https://x.example/">x</a></p>'
    first = note(there, ada, content, url=there.url("/@ada/1"), contentMap={"de": content})
    there.deliver(created(there, first))
    [seen] = home(site)
    assert seen["uri"] == first["id"]
    assert seen["url"] == there.url("/@ada/1")
    assert seen["account"]["acct"] == f"ada@{there.host}"
    assert "script" not in seen["content"]
    assert "morning" in seen["content"]
    assert (seen["visibility"], seen["language"]) == ("public", "de")
    assert seen["created_at"].startswith(first["published"][:19])
    page = site.browser("ines").get("/home").text
    assert f"@ada@{there.host}" in page
    assert "morning" in page
    found = site.program("ines").get("/api/v2/search", params={"q": "morning", "type": "statuses"})
    assert [status["uri"] for status in found.json()["statuses"]] == [first["id"]]


@pytest.mark.parametrize(
    ("asked", "count"), [({}, 1), ({"local": "true"}, 0), ({"remote": "true"}, 1)]
)
def test_it_stands_where_posts_of_elsewhere_stand(
    site: Site, there: There, ada: str, asked: dict[str, str], count: int
) -> None:
    there.deliver(created(there, note(there, ada)))
    found = site.program("ines").get("/api/v1/timelines/public", params=asked).json()
    assert len(found) == count
    page = site.program("ines").get("/api/v1/timelines/public", params={**asked, "only_media": 1})
    assert page.json() == []


def test_what_concerns_nobody_here_is_not_kept(site: Site, there: There, ada: str) -> None:
    eve = there.person("eve")
    there.deliver(created(there, note(there, eve)))
    answer = note(there, eve, inReplyTo=there.url("/notes/unknown"))
    there.deliver(created(there, answer))
    assert kept(site) == []


def test_a_mention_is_kept_and_told(site: Site, there: There, ines: Actor) -> None:
    eve, uri = there.person("eve"), URLS.actor(ines.account_id)
    tag = [{"type": "Mention", "href": uri, "name": "@ines@riverside.example"}]
    there.deliver(created(there, note(there, eve, tag=tag, cc=[uri])))
    [status] = kept(site)
    assert told(site, ines) == [NoticeKind.MENTION]
    seen = one(site, "ines", status.id)
    assert [person["username"] for person in seen["mentions"]] == ["ines"]


LETTERS: dict[str, tuple[dict[str, Any], bool, list[NoticeKind]]] = {
    "named": ({"to": ["ME"], "cc": []}, True, [NoticeKind.MENTION]),
    "sent without a name": ({"to": ["ME"], "cc": [], "tag": []}, True, []),
    "for followers": ({"to": ["THEM/followers"], "cc": []}, False, []),
}


@pytest.mark.parametrize("how", LETTERS)
def test_letters_are_read_by_whom_they_are_for(
    site: Site, there: There, ines: Actor, how: str
) -> None:
    given, is_seen, notices = LETTERS[how]
    uri, eve = URLS.actor(ines.account_id), there.person("eve")
    tag = [{"type": "Mention", "href": uri, "name": "@ines"}]
    more: dict[str, Any] = {
        name: [str(each).replace("ME", uri).replace("THEM", eve) for each in given[name]]
        for name in ("to", "cc")
    }
    if how != "for followers":
        more["tag"] = given.get("tag", tag)
    there.deliver(created(there, note(there, eve, **more)))
    statuses = kept(site)
    assert len(statuses) == int(is_seen)
    for status in statuses:
        assert status.visibility is Visibility.DIRECT
        assert one(site, "ines", status.id)["visibility"] == "direct"
        assert one(site, "omar", status.id) is None
        assert one(site, None, status.id) is None
    assert told(site, ines) == notices


def test_audience_is_read_from_our_own_records(site: Site, there: There, ada: str) -> None:
    """Whoever is in their collection of followers by their word alone sees nothing."""
    there.deliver(created(there, note(there, ada, to=[f"{ada}/followers"], cc=[])))
    [status] = kept(site)
    assert one(site, "ines", status.id)["visibility"] == "private"
    assert one(site, "omar", status.id) is None
    assert one(site, None, status.id) is None


def test_an_answer_to_a_member(site: Site, there: There, ines: Actor) -> None:
    with site.write() as session:
        mine = post(session, ines, "What do you think?", now=site.now)
    uri = URLS.status_uri(ines.account_id, mine.id)
    eve = there.person("eve")
    there.deliver(created(there, note(there, eve, "<p>I agree</p>", inReplyTo=uri)))
    [status] = kept(site)
    assert (status.in_reply_to_id, status.conversation_id) == (mine.id, mine.id)
    assert told(site, ines) == [NoticeKind.ANSWER]
    assert one(site, "ines", mine.id)["replies_count"] == 1
    talk = site.program("ines").get(f"/api/v1/statuses/{mine.id}/context").json()
    assert [below["id"] for below in talk["descendants"]] == [str(status.id)]


UNANSWERABLE: dict[str, dict[str, Any]] = {
    "only for the co-op": {"visibility": Visibility.LOCAL},
    "answers not wanted": {"reply_audience": ReplyAudience.MENTIONED},
    "not for them": {"visibility": Visibility.FOLLOWERS},
}


@pytest.mark.parametrize("how", UNANSWERABLE)
def test_an_answer_to_what_they_may_not_answer(
    site: Site, there: There, ines: Actor, how: str
) -> None:
    given = UNANSWERABLE[how]
    with site.write() as session:
        mine = post(session, ines, "Quietly", now=site.now, **given)
    uri = URLS.status_uri(ines.account_id, mine.id)
    there.deliver(created(there, note(there, there.person("eve"), inReplyTo=uri)))
    assert kept(site) == []
    assert told(site, ines) == []


def test_what_it_answers_is_fetched_up_to_the_beginning(
    site: Site, there: There, ada: str
) -> None:
    eve = there.person("eve")
    first = note(there, eve, "<p>First</p>")
    second = note(there, eve, "<p>Second</p>", inReplyTo=first["id"])
    for each in (first, second):
        there.documents[each["id"].removeprefix(there.url(""))] = each
    third = note(there, ada, "<p>Third</p>", inReplyTo=second["id"])
    there.deliver(created(there, third))
    root, middle, last = sorted(kept(site), key=lambda s: s.text)
    assert [s.text for s in (root, middle, last)] == ["First", "Second", "Third"]
    assert (middle.in_reply_to_id, last.in_reply_to_id) == (root.id, middle.id)
    assert {s.conversation_id for s in (root, middle, last)} == {root.id}
    assert root.replies_count == middle.replies_count == 1


def test_a_loop_of_answers_ends(site: Site, there: There, ada: str) -> None:
    """Nor does a chain without end: so much is fetched, and no more."""
    one_, two = note(there, ada, "<p>1</p>"), note(there, ada, "<p>2</p>")
    one_["inReplyTo"], two["inReplyTo"] = two["id"], one_["id"]
    for each in (one_, two):
        there.documents[each["id"].removeprefix(there.url(""))] = each
    there.deliver(created(there, one_))
    assert {status.text for status in kept(site)} == {"1", "2"}


def test_an_answer_that_comes_first_is_joined_later(site: Site, there: There, ada: str) -> None:
    first: dict[str, Any] = note(there, ada, "<p>First</p>")
    second = note(there, ada, "<p>Second</p>", inReplyTo=first["id"])
    there.deliver(created(there, second))
    assert [status.in_reply_to_id for status in kept(site)] == [None]
    there.deliver(created(there, first))
    root, answer = sorted(kept(site), key=lambda s: s.text)
    assert (answer.in_reply_to_id, answer.conversation_id) == (root.id, root.id)
    assert root.replies_count == 1


def test_an_edit_keeps_how_it_read(site: Site, there: There, ada: str) -> None:
    first = note(there, ada, "<p>Helo</p>")
    later = clock_of(site.kernel).now().isoformat()
    second = {**first, "content": "<p>Hello</p>", "updated": later}
    there.deliver(created(there, first), there.act("Update", ada, second))
    [status] = kept(site)
    seen = one(site, "ines", status.id)
    assert "Hello" in seen["content"]
    assert seen["edited_at"] is not None
    edits = site.program("ines").get(f"/api/v1/statuses/{status.id}/history").json()
    assert ["Helo" in edit["content"] for edit in edits] == [True, False]
    older = {**first, "content": "<p>Oh</p>", "updated": first["published"]}
    there.deliver(there.act("Update", ada, older), there.act("Update", ada, second))
    assert len(site.program("ines").get(f"/api/v1/statuses/{status.id}/history").json()) <= 3


def test_nobody_changes_or_deletes_what_is_somebody_elses(
    site: Site, there: There, ada: str
) -> None:
    first, eve = note(there, ada), there.person("eve")
    there.deliver(created(there, first))
    lie = {**first, "attributedTo": eve, "content": "<p>Lies</p>"}
    there.send(there.act("Update", eve, lie))
    there.send(there.act("Create", eve, lie))
    there.send(there.act("Delete", eve, first["id"]))
    there.work()
    [status] = kept(site)
    assert status.text == "Hello"


def test_a_deleted_post_stays_deleted(site: Site, there: There, ada: str) -> None:
    first, second = note(there, ada), note(there, ada)
    tombstone = {"id": first["id"], "type": "Tombstone"}
    there.deliver(created(there, first), there.act("Delete", ada, tombstone))
    assert kept(site) == []
    assert home(site) == []
    there.deliver(created(there, first))
    there.deliver(there.act("Delete", ada, second["id"]), created(there, second))
    assert kept(site) == []


def test_boosts_come_and_go(site: Site, there: There, ada: str, ines: Actor) -> None:
    eve = there.person("eve")
    theirs = note(there, eve, "<p>Far away</p>")
    there.documents[theirs["id"].removeprefix(there.url(""))] = theirs
    with site.write() as session:
        mine = post(session, ines, "Near", now=site.now)
    boosts = [
        there.act("Announce", ada, theirs["id"], to=[PUBLIC]),
        there.act("Announce", eve, URLS.status_uri(ines.account_id, mine.id), to=[PUBLIC]),
    ]
    there.deliver(*boosts, *boosts)
    assert [seen["reblog"] and seen["reblog"]["content"] for seen in home(site)] != []
    assert counts(site, mine)[0] == 1
    assert told(site, ines) == [NoticeKind.BOOST]
    undone = [
        there.act("Undo", ada, boosts[0]["id"]),
        there.act("Undo", eve, {"type": "Announce", "actor": eve, "object": boosts[1]["object"]}),
    ]
    there.deliver(*undone)
    assert [status.text for status in kept(site)] == ["Far away"]
    assert counts(site, mine)[0] == 0
    assert told(site, ines) == []


def test_a_group_passes_on_what_its_members_did(site: Site, there: There, ines: Actor) -> None:
    """What it says inside is not believed: the post is fetched where it was written."""
    group = followed(site, there, "group", ines)
    eve = there.person("eve")
    page = note(there, eve, "<p>Truth</p>") | {"type": "Page", "name": "A title"}
    there.documents[page["id"].removeprefix(there.url(""))] = page
    inner = there.act("Create", eve, {**page, "content": "<p>Lies</p>"})
    there.deliver(there.act("Announce", group, inner, to=[PUBLIC]))
    [seen] = home(site)
    assert "Truth" in seen["reblog"]["content"]
    assert "A title" in seen["reblog"]["content"]
    there.documents[page["id"].removeprefix(there.url(""))] = 404
    gone = there.act("Delete", eve, page["id"])
    there.deliver(there.act("Announce", group, gone, to=[PUBLIC]))
    assert kept(site) == []


def test_nobody_boosts_what_they_may_not_see(site: Site, there: There, ines: Actor) -> None:
    eve = there.person("eve")
    for visibility in (Visibility.FOLLOWERS, Visibility.LOCAL, Visibility.DIRECT):
        with site.write() as session:
            mine = post(session, ines, "Quiet", now=site.now, visibility=visibility)
        uri = URLS.status_uri(ines.account_id, mine.id)
        there.deliver(there.act("Announce", eve, uri), there.act("Like", eve, uri))
    assert kept(site) == []
    assert told(site, ines) == []


def test_likes_and_reactions(site: Site, there: There, ines: Actor) -> None:
    with site.write() as session:
        mine = post(session, ines, "Cake", now=site.now)
    uri, eve = URLS.status_uri(ines.account_id, mine.id), there.person("eve")
    like = there.act("Like", eve, uri)
    reactions = [there.act("EmojiReact", eve, uri, content=emoji) for emoji in "🎂🎉"]
    there.deliver(like, *reactions, like)
    assert counts(site, mine)[1] == 1
    assert told(site, ines) == [NoticeKind.FAVOURITE]
    there.deliver(there.act("Undo", eve, like["id"]), there.act("Undo", eve, reactions[0]))
    assert counts(site, mine)[1] == 1
    there.deliver(there.act("Undo", eve, reactions[1]))
    assert counts(site, mine)[1] == 0
    assert told(site, ines) == []


def test_files_of_a_post_are_shown_from_here(site: Site, there: There, ada: str) -> None:
    files = [
        {"type": "Document", "mediaType": "image/png", "url": there.url("/a.png"), "name": "A"},
        {
            "type": "Document",
            "mediaType": "video/mp4",
            "url": there.url("/b.mp4"),
            "icon": {"type": "Image", "url": there.url("/b.png")},
            "duration": "PT3S",
        },
    ]
    there.deliver(created(there, note(there, ada, attachment=files)))
    [seen] = home(site)
    picture, film = seen["media_attachments"]
    assert picture["remote_url"] == there.url("/a.png")
    assert "/media_proxy/picture/" in picture["url"]
    assert "/media_proxy/small/" in picture["preview_url"]
    assert picture["description"] == "A"
    assert (film["type"], film["url"]) == ("video", there.url("/b.mp4"))
    assert "/media_proxy/small/" in film["preview_url"]
    [status] = kept(site)
    who = account_of(site, "ada")
    page = site.browser("ines").get(f"/@ada@{who.domain}/{status.id}")
    assert page.status_code == 200
    assert "/media_proxy/small/" in page.text


def test_an_article_stands_behind_its_title(site: Site, there: There, ada: str) -> None:
    article = note(there, ada, "<h2>One</h2><p>Long</p>") | {"type": "Article", "name": "On bread"}
    there.deliver(created(there, article))
    [seen] = home(site)
    assert seen["spoiler_text"] == "On bread"
    assert "Long" in seen["content"]


def test_a_poll_of_there(site: Site, there: There, ada: str) -> None:
    ends = clock_of(site.kernel).now() + timedelta(days=1)

    def question(*counts: int) -> dict[str, Any]:
        answers = [
            {"type": "Note", "name": name, "replies": {"totalItems": count}}
            for name, count in zip(("Tea", "Coffee"), counts, strict=True)
        ]
        ended = {"oneOf": answers, "endTime": ends.isoformat(), "votersCount": sum(counts)}
        return first | {"type": "Question"} | ended

    first = note(there, ada, "<p>Which?</p>")
    there.deliver(created(there, question(1, 0)))
    there.deliver(there.act("Update", ada, question(4, 2)))
    [seen] = home(site)
    poll = seen["poll"]
    assert [option["title"] for option in poll["options"]] == ["Tea", "Coffee"]
    assert (poll["votes_count"], poll["voters_count"]) == (6, 6)
    assert seen["edited_at"] is None


def test_whoever_is_gone_is_gone_here(site: Site, there: There, ada: str) -> None:
    there.deliver(created(there, note(there, ada)))
    there.deliver(there.act("Delete", ada, ada))
    assert kept(site) == []
    assert account_of(site, "ada").suspended_at is not None
    with site.kernel.db.read.begin() as session:
        assert session.scalars(select(Follow)).all() == []
    assert there.send(created(there, note(there, ada))).status_code == 403


def test_a_changed_profile_is_fetched(site: Site, there: There, ada: str) -> None:
    """What is pushed is not believed, least of all a key."""
    there.person("ada", name="Ada Lovelace")
    pushed = {**there.documents["/users/ada"], "name": "Pushed"}
    there.deliver(there.act("Update", ada, pushed))
    with site.kernel.db.read.begin() as session:
        names = session.scalars(select(Account.display_name).where(Account.username == "ada"))
        assert names.all() == ["Ada Lovelace"]


def test_what_others_pass_on_is_fetched(site: Site, there: There, ada: str, ines: Actor) -> None:
    with site.write() as session:
        mine = post(session, ines, "Ask me", now=site.now)
    eve = there.person("eve")
    truth = note(there, eve, "<p>Truth</p>", inReplyTo=URLS.status_uri(ines.account_id, mine.id))
    lie = created(there, {**truth, "content": "<p>Lies</p>"})
    path = truth["id"].removeprefix(there.url(""))
    there.deliver(lie, by=ada)
    assert kept(site) == []
    there.documents[path] = truth
    there.deliver({**lie, "id": there.new_id()}, by=ada)
    assert [status.text for status in kept(site)] == ["Truth"]
    there.deliver(there.act("Delete", eve, truth["id"]), by=ada)
    assert len(kept(site)) == 1
    there.documents[path] = 410
    there.deliver(there.act("Delete", eve, truth["id"]), by=ada)
    assert kept(site) == []


def test_a_boost_of_a_post_that_is_gone_here(site: Site, there: There, ines: Actor) -> None:
    with site.write() as session:
        mine = post(session, ines, "Soon gone", now=site.now)
        delete_status(session, ines, mine.id, now=site.now)
    uri, eve = URLS.status_uri(ines.account_id, mine.id), there.person("eve")
    there.deliver(there.act("Announce", eve, uri), there.act("Like", eve, uri))
    assert kept(site) == []
