"""Every private thing, through every door: as if it were not there, to the byte.

Source: security.md (c) 100. Doors that lead to one thing are compared with what they answer about
a number that nothing has; doors that lead to many must not hold its words or its picture.
"""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias
from zipfile import ZipFile

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from app.core.archive import Owner, pack
from app.core.duties import Duty
from app.media.models import MediaFile
from app.relationships import service as relationships
from app.statuses.service.delete import delete_status
from app.statuses.service.drafts import save_draft
from app.statuses.service.schedule import schedule_status
from app.statuses.visibility import Visibility
from app.statuses.writing import Writing
from app.wiring import ARCHIVE_PARTS
from tests.mastodon.apps import Site
from tests.mastodon.ears import listening
from tests.notifications.devices import AUTH, Phone, text_of
from tests.social import befriend, post
from tests.statuses.test_pictures import make_picture

SECRET: Final = "plover"  # Stands in all that neither may know of,
HOUSE: Final = "curlew"  # and this in what is for members only.
UNKNOWN: Final = "4242"
KEYS: Final = {"p256dh": Phone().point, "auth": text_of(AUTH)}
# What differs from answer to answer: tickets of forms, and the code by which the log knows it.
TICKET: Final = re.compile(r'name="csrf" value="[^"]*"|<code>[^<]*</code>')
HERE: Final = "https://riverside.example"
# Each private thing, and who may not know of it: a stranger among the members, a visitor.
SHUT_OUT: Final[Mapping[str, tuple[str, ...]]] = {
    "a letter": ("stranger", "visitor"),
    "a post for followers": ("stranger", "visitor"),
    "a post for this co-op": ("visitor",),
    "a deleted post": ("stranger", "visitor"),
    "a post of who blocks the reader": ("stranger",),
    "a post that waits": ("stranger", "visitor"),
    "a draft": ("stranger", "visitor"),
}
Way: TypeAlias = tuple[str, str]  # What is accepted, and the address with {id} and {author}.
HTML, JSON, ACTIVITY = "text/html", "application/json", "application/activity+json"
POST: Final = "/api/v1/statuses/{id}"
TO_ONE: Final[Mapping[str, Way]] = {
    "the API": (JSON, POST),
    "its context": (JSON, f"{POST}/context"),
    "its history": (JSON, f"{POST}/history"),
    "its card": (JSON, f"{POST}/card"),
    "who boosted it": (JSON, f"{POST}/reblogged_by"),
    "a post that waits": (JSON, "/api/v1/scheduled_statuses/{id}"),
    "several at once": (JSON, "/api/v1/statuses?id[]={id}"),
    "search by its address": (JSON, f"/api/v2/search?q={HERE}/@ada/{{id}}"),
    "its page": (HTML, "/@ada/{id}"),
    "its wordings": (HTML, "/@ada/{id}/history"),
    "its frame": (HTML, "/@ada/{id}/embed"),
    "oEmbed": (JSON, f"/api/oembed?url={HERE}/@ada/{{id}}"),
    "its document": (ACTIVITY, "/ap/users/{author}/statuses/{id}"),
    "its act": (ACTIVITY, "/ap/users/{author}/statuses/{id}/activity"),
    "its answers": (ACTIVITY, "/ap/users/{author}/statuses/{id}/replies"),
    "its talk": (ACTIVITY, "/contexts/{id}"),
}
TO_MANY: Final[Mapping[str, Way]] = {
    "home": (JSON, "/api/v1/timelines/home"),
    "neighbours": (JSON, "/api/v1/timelines/public"),
    "pictures": (JSON, "/api/v1/timelines/public?only_media=1"),
    "a tag": (JSON, "/api/v1/timelines/tag/birds"),
    "letters": (JSON, "/api/v1/timelines/direct"),
    "talks": (JSON, "/api/v1/conversations"),
    "notices": (JSON, "/api/v1/notifications"),
    "groups of notices": (JSON, "/api/v2/notifications"),
    "search": (JSON, f"/api/v2/search?q={SECRET}"),
    "her posts": (JSON, "/api/v1/accounts/{author}/statuses"),
    "her pictures": (JSON, "/api/v1/accounts/{author}/statuses?only_media=1"),
    "posts that wait": (JSON, "/api/v1/scheduled_statuses"),
    "her page": (HTML, "/@ada"),
    "the page of a tag": (HTML, "/tags/birds"),
    "the page of home": (HTML, "/home"),
    "the page of neighbours": (HTML, "/local"),
    "the page of drafts": (HTML, "/drafts"),
    "the page of search": (HTML, f"/search?q={SECRET}"),
    "her feed": (HTML, "/@ada.rss"),
    "the feed of a tag": (HTML, "/tags/birds.rss"),
    "her outbox": (ACTIVITY, "/ap/users/{author}/outbox?page=true"),
    "what she pinned": (ACTIVITY, "/ap/users/{author}/collections/featured"),
}


@dataclass
class Tries:
    """Ada's private things by name, the keys of their pictures, and who tries to see them."""

    site: Site
    ids: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)

    def ask(self, who: str, way: Way, id_: str, *, author: str = "ada") -> tuple[int, str]:
        """Return what is answered, with the number that was asked for taken out."""
        accept, address = way
        author_id = str(self.site.person(author).account_id)
        path = address.format(id=id_, author=author_id).replace("@ada", f"@{author}")
        answer = self.caller(who, accept).get(path, headers={"accept": accept})
        told = answer.text.replace(id_, "ID")
        for echo in (f"q={SECRET}", f'value="{SECRET}"', f"/tags/{SECRET}", f"#{SECRET}"):
            told = told.replace(echo, "")  # A search repeats what was asked for.
        return answer.status_code, TICKET.sub("", told)

    def caller(self, who: str, accept: str) -> TestClient:
        """Return the program of somebody, or their browser."""
        name = {"stranger": "cy", "author": "ada"}.get(who)
        if accept != HTML or name is None:
            client = self.site.program(name)
        else:
            client = self.site.browser(name)
        client.follow_redirects = False
        return client

    def hidden_from(self, who: str) -> list[str]:
        """Return what must not be told to somebody: words, and keys of pictures."""
        words = [SECRET, HOUSE] if who == "visitor" else [SECRET]
        return words + [key for thing, key in self.keys.items() if who in SHUT_OUT[thing]]


@pytest.fixture
def tries(site: Site) -> Tries:
    """Ada's things, each with a picture; Bo may see most, Cy is a stranger, Dov has blocked Cy."""
    made = Tries(site)
    people = {name: site.person(name, discoverable=True) for name in ("ada", "bo", "cy", "dov")}
    with site.write() as session:
        befriend(session, people["bo"], people["ada"])
        cy = people["cy"].account_id
        relationships.block(session, people["dov"], target_id=cy, now=site.now)
    write(made, "a letter", visibility=Visibility.DIRECT)
    write(made, "a post for followers", visibility=Visibility.FOLLOWERS)
    write(made, "a post for this co-op", visibility=Visibility.LOCAL)
    write(made, "a deleted post", visibility=Visibility.FOLLOWERS)
    write(made, "a post of who blocks the reader", author="dov", visibility=Visibility.FOLLOWERS)
    later = Writing(text=f"A {SECRET} later #birds")
    with site.write() as session:
        ada, at = people["ada"], site.now.replace(year=2027)
        delete_status(session, ada, int(made.ids["a deleted post"]), now=site.now)
        waits = schedule_status(session, ada, later, at=at, now=site.now)
        draft = save_draft(session, ada, later, now=site.now)
        session.flush()
        made.ids |= {"a post that waits": str(waits.id), "a draft": str(draft.id)}
    return made


def write(tries: Tries, thing: str, *, author: str = "ada", **given: Any) -> None:
    """Let somebody write one of the private things, with a picture."""
    site, actor = tries.site, tries.site.person(author)
    word = HOUSE if SHUT_OUT[thing] == ("visitor",) else SECRET
    with site.write() as session:
        media_id = make_picture(session, actor, word)
        words = f"A {word} #birds @bo"
        status = post(session, actor, words, media_ids=(media_id,), now=site.now, **given)
        tries.ids[thing] = str(status.id)
        tries.keys[thing] = session.get_one(MediaFile, media_id).key


@pytest.mark.parametrize("thing", SHUT_OUT)
def test_a_private_thing_is_not_there_by_any_door_to_one(tries: Tries, thing: str) -> None:
    author = "dov" if "blocks" in thing else "ada"
    for who in SHUT_OUT[thing]:
        for door, way in TO_ONE.items():
            found = tries.ask(who, way, tries.ids[thing], author=author)
            unknown = tries.ask(who, way, UNKNOWN, author=author)
            assert found == unknown, (who, door)
            assert not [word for word in tries.hidden_from(who) if word in found[1]], (who, door)


def test_no_door_to_many_shows_a_private_thing(tries: Tries) -> None:
    opened = set()
    for door, way in TO_MANY.items():
        for who in ("stranger", "visitor"):
            for author in ("ada", "dov"):
                status, text = tries.ask(who, way, UNKNOWN, author=author)
                assert status in (200, 303, 401, 404), (who, door, status)
                assert not [word for word in tries.hidden_from(who) if word in text], (who, door)
                opened |= {door} if status == 200 else set()
    assert opened == set(TO_MANY), "each door is open to somebody"


def test_what_is_hidden_stands_behind_these_doors_for_its_author(tries: Tries) -> None:
    """Were it nowhere, nothing would be shown by its not being there."""
    for thing in ("a letter", "a post for followers", "a post for this co-op"):
        for way in (TO_ONE["the API"], TO_ONE["its page"]):
            status, text = tries.ask("author", way, tries.ids[thing])
            assert status == 200, thing
            assert tries.keys[thing] in text, thing
    waiting = tries.ask("author", TO_ONE["a post that waits"], tries.ids["a post that waits"])
    assert waiting[0] == 200
    found = {
        door for door, way in TO_MANY.items() if HOUSE in tries.ask("author", way, UNKNOWN)[1]
    }
    assert found >= {"home", "neighbours", "a tag", "her posts", "her page", "the page of a tag"}


def test_the_archive_of_a_stranger_holds_nothing_of_it(tries: Tries) -> None:
    site, cy, sink = tries.site, tries.site.person("cy"), io.BytesIO()
    with site.kernel.db.read.begin() as session:
        owner = Owner(cy.member_id, cy.account_id, HERE)
        parts = (part(session, site.kernel.storage, owner) for part in ARCHIVE_PARTS)
        pack((packed for part in parts for packed in part), sink, at=site.now)
    with ZipFile(sink) as archive:
        text = "\n".join(
            archive.read(name).decode("utf-8", "replace") for name in archive.namelist()
        )
    assert "cy" in text
    assert not [word for word in (*tries.hidden_from("stranger"), HOUSE) if word in text]


def test_a_stranger_hears_nothing_of_it_and_no_phone_is_woken(site: Site) -> None:
    phone = {"endpoint": "https://push.example/x", "keys": KEYS}
    wants = {"alerts": dict.fromkeys(("mention", "status", "quote", "update"), True)}
    told = site.program("cy").post(
        "/api/v1/push/subscription", json={"subscription": phone, "data": wants}
    )
    assert told.status_code == 200, told.text
    with listening(site.app) as ears:
        ear = ears.hear("socket", site.token(site.person("cy")), "user")
        for stream in ("public", "public:local", "direct", "user:notification"):
            ear.say(type="subscribe", stream=stream)
        ear.say(type="subscribe", stream="hashtag", tag="birds")
        ear.say(type="subscribe", stream="weather")
        assert ear.told()["error"] == "Unknown stream type"
        made = Tries(site)
        for name in ("ada", "bo", "dov"):
            site.person(name)
        with site.write() as session:
            befriend(session, site.person("bo"), site.person("ada"))
        for visibility in (Visibility.DIRECT, Visibility.FOLLOWERS):
            write(made, "a letter", visibility=visibility)
        assert owed(site) == 0
        with site.write() as session:
            post(session, site.person("ada"), "@cy hello", now=site.now)
        heard = ear.told()
        assert "hello" in heard["payload"], "the first that is heard is for everybody"
    assert owed(site) == 1


def owed(site: Site) -> int:
    """Return how many phones are owed news."""
    with site.kernel.db.read.begin() as session:
        of_push = select(func.count()).where(Duty.kind == "push.send")
        return session.scalar(of_push) or 0
