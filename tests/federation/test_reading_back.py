"""What we write, our own reader of other sites' documents reads back as it was."""

from datetime import timedelta
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as some

from app.accounts.profile import Profile, update_profile
from app.federation.activitystreams.actors import ActorKind
from app.federation.activitystreams.addressing import reach_of
from app.federation.activitystreams.collections import read_page
from app.federation.activitystreams.documents import read_document
from app.federation.activitystreams.posts import Post, PostKind
from app.federation.authority import Confirmed, actor_of, confirm, is_quote_allowed, post_of
from app.statuses.models import Status
from app.statuses.polls.rules import Asking
from app.statuses.visibility import ReplyAudience, Visibility
from app.statuses.writing import ContentType
from tests.factories import NOON
from tests.federation.reading import URLS, Reader
from tests.mastodon.apps import Site
from tests.social import post

HERE: Final = ("elsewhere.example",)  # Whoever reads us is another site.
OPTIONS: Final = ("Boat", "Bread")


def is_said(text: str) -> bool:
    """Return whether the text holds words, and nothing that is not printed."""
    return bool(text.strip()) and text.strip().isprintable()


WORDS = some.text(min_size=1, max_size=40).filter(is_said)


WRITINGS = some.fixed_dictionaries(
    {
        "text": WORDS,
        "spoiler": some.sampled_from(["", "Food"]),
        "language": some.sampled_from([None, "en", "de"]),
        "visibility": some.sampled_from([Visibility.PUBLIC, Visibility.UNLISTED]),
        "content_type": some.sampled_from(list(ContentType)),
        "reply_audience": some.sampled_from(list(ReplyAudience)),
        "poll": some.sampled_from(
            [None, *(Asking(OPTIONS, timedelta(hours=2), multiple=m) for m in (False, True))]
        ),
    }
)


def confirmed(other: Reader, uri: str) -> Confirmed:
    answer = other.get(uri)
    assert answer.status_code == 200, answer.text
    found = confirm(read_document(answer.content), asked=uri, answered=uri, here=HERE)
    assert isinstance(found, Confirmed)
    return found


def read_back(other: Reader, status: Status) -> Post:
    uri = URLS.status_uri(status.account_id, status.id)
    return post_of(confirmed(other, uri), now=NOON + timedelta(days=1))


def test_an_account_reads_back_as_it_is(site: Site, other: Reader) -> None:
    id_ = site.person("ines", created_at=NOON).account_id
    profile = Profile("Ines", "Boats", (("Web", "x"),), locked=True, indexable=True)
    with site.write() as session:
        account = update_profile(session, id_, profile, now=NOON)
    actor = actor_of(confirmed(other, URLS.actor(id_)), now=NOON)
    assert (actor.id, actor.kind, actor.username) == (URLS.actor(id_), ActorKind.PERSON, "ines")
    assert (actor.name, actor.bio) == ("Ines", account.note_html)
    assert actor.handle == "ines@riverside.example"
    assert (actor.url, actor.shared_inbox) == (URLS.profile("ines"), URLS.shared_inbox)
    assert actor.followers == f"{actor.id}/followers"
    assert [(field.name, field.value) for field in actor.fields] == [
        (field["name"], field["html"]) for field in account.fields
    ]
    assert (actor.approves_followers, actor.is_discoverable, actor.is_indexable) == (True,) * 3
    [key] = actor.keys
    assert key.id == f"{actor.id}#main-key"
    assert actor.avatar is not None


def test_the_site_itself_reads_back(site: Site, other: Reader) -> None:
    actor = actor_of(confirmed(other, URLS.site_actor), now=NOON)
    assert (actor.kind, actor.username) == (ActorKind.APPLICATION, "riverside.example")


def test_a_post_reads_back_as_it_was_written(site: Site, other: Reader) -> None:
    ines, actor = site.person("ines"), URLS.actor(site.person("ines").account_id)

    @settings(max_examples=15)
    @given(given=WRITINGS)
    def check(given: dict[str, Any]) -> None:
        with site.write() as session:
            status = post(session, ines, **given)
        found, poll = read_back(other, status), given["poll"]
        assert found.kind is (PostKind.NOTE if poll is None else PostKind.QUESTION)
        assert (found.author, found.content) == (actor, URLS.absolute(status.content_html))
        assert (found.warning, found.is_sensitive) == (given["spoiler"], bool(given["spoiler"]))
        assert (found.language, found.published_at) == (given["language"], NOON)
        reach = reach_of(
            found.audience, author=actor, followers=f"{actor}/followers", mentioned=()
        )
        assert reach.visibility is given["visibility"]
        if poll is not None:
            assert found.poll is not None
            assert tuple(option.text for option in found.poll.options) == OPTIONS
            assert found.poll.is_multiple is poll.multiple
            assert found.poll.ends_at == NOON + timedelta(hours=2)

    check()


def test_a_quote_and_its_leave_read_back(site: Site, other: Reader) -> None:
    ines, bo = site.person("ines"), site.person("bo")
    with site.write() as session:
        quoted = post(session, ines)
        quoting = post(session, bo, "True", quoted_id=quoted.id)
    found = read_back(other, quoting)
    assert found.quote is not None
    assert found.quote.authorization is not None
    assert is_quote_allowed(
        confirmed(other, found.quote.authorization),
        author=URLS.actor(ines.account_id),
        quoting=found.id,
        quoted=found.quote.uri,
    )


def test_lists_read_back(site: Site, other: Reader) -> None:
    ines = site.person("ines")
    with site.write() as session:
        first = post(session, ines)
        answer = post(session, ines, in_reply_to_id=first.id)
    uri = URLS.status_uri(ines.account_id, first.id)
    page = read_page(confirmed(other, f"{uri}/replies").document)
    assert page.uris == (URLS.status_uri(ines.account_id, answer.id),)
    head = read_page(confirmed(other, f"{URLS.actor(ines.account_id)}/outbox").document)
    assert head.first is not None
    acts = read_page(read_document(other.get(head.first).content))
    assert acts.uris == (
        URLS.activity(ines.account_id, answer.id),
        URLS.activity(ines.account_id, first.id),
    )
