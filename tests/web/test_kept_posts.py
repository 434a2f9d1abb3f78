"""Posts are rendered once for all readers; what belongs to one reader is never another's."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from jinja2 import ChoiceLoader, DictLoader

from app.accounts.models import Account
from app.core.kernel import Kernel
from app.http.pages import Pages
from app.instance.models import Coop
from app.main import create_app
from app.media.kinds import MediaKind
from app.media.models import MediaFile, MediaState
from app.members.actor import Actor
from app.members.models import Member
from app.members.sessions import open_session
from app.relationships import service as relationships
from app.statuses.models import Status
from app.statuses.service.delete import delete_status
from app.statuses.service.edit import edit_status
from app.statuses.service.marks import bookmark_status, favourite_status
from app.statuses.visibility import Visibility
from app.statuses.writing import Writing
from tests.fakes import FixedClock
from tests.paper import Element, Paper
from tests.social import befriend, make_person, post

SHOWN_BY = ("/home", "/@ada", "/local")


@dataclass
class House:
    """One process that serves everybody, so that all readers share what it keeps."""

    kernel: Kernel
    app: FastAPI
    ada: Actor
    bo: Actor
    status_id: int

    def reader(self, actor: Actor | None, **headers: str) -> Paper:
        """Return the browser of a member, or of a visitor."""
        client = TestClient(self.app, base_url="https://riverside.example", headers=headers)
        if actor is not None:
            with self.kernel.db.write.begin() as session:
                opened = open_session(
                    session, member_id=actor.member_id, label="", now=self.kernel.clock.now()
                )
            client.cookies.set("__Host-s", opened.secret, domain="riverside.example")
        return Paper(client)

    def html(self, actor: Actor | None, path: str = "/@ada", **headers: str) -> str:
        """Return the post's part of a page, as somebody reads it."""
        return raw(self.reader(actor, **headers).open(path).html)


def raw(html: str) -> str:
    """Return the first post of a page as it was sent."""
    before, begin, rest = html.partition('<article class="post"')
    assert begin, before
    return rest.partition("</article>")[0]


@pytest.fixture
def house(kernel: Kernel, coop: Coop) -> Iterator[House]:
    """Ada posted to everybody; Bo follows her."""
    with kernel.db.write.begin() as session:
        ada, bo = make_person(session, "ada"), make_person(session, "bo")
        befriend(session, bo, ada)
        status = post(session, ada, "The kettle is mended.")
    app = create_app(kernel)
    with TestClient(app):
        yield House(kernel, app, ada, bo, status.id)


def pressed(page: Element) -> dict[str, str]:
    """Return which of the buttons under the posts of a page are pressed."""
    buttons = (b for b in page.all("button") if "aria-pressed" in b.attributes)
    return {b.text: b.attributes["aria-pressed"] for b in buttons}


@pytest.mark.parametrize("path", ["/@ada", "/local"])
def test_nobody_sees_what_another_reader_did_with_a_post(house: House, path: str) -> None:
    assert pressed(house.reader(house.ada).open(path).page)["Favourite"] == "false"
    with house.kernel.db.write.begin() as session:
        favourite_status(session, house.bo, house.status_id, now=house.kernel.clock.now())
        bookmark_status(session, house.bo, house.status_id, now=house.kernel.clock.now())
    for _ in range(2):
        bo = pressed(house.reader(house.bo).open(path).page)
        assert (bo["Favourite"], bo["Bookmark"]) == ("true", "true")
        ada = pressed(house.reader(house.ada).open(path).page)
        assert (ada["Favourite"], ada["Bookmark"]) == ("false", "false")


def test_the_menu_is_the_authors_or_the_readers(house: House) -> None:
    for _ in range(2):
        assert f"/posts/{house.status_id}/edit" in house.html(house.ada)
        assert f"/posts/{house.status_id}/edit" not in house.html(house.bo)
        assert "/@ada/mute" in house.html(house.bo)
        assert "/@ada/mute" not in house.html(house.ada)
        assert "/posts/" not in house.html(None)


def test_every_reader_has_tickets_of_their_own(house: House) -> None:
    tickets: set[str] = set()
    for actor in (house.ada, house.bo, house.ada):
        reader = house.reader(actor).open("/local")
        fields = [i for i in reader.page.all("input") if i.attributes.get("name") == "csrf"]
        values = {field.attributes["value"] for field in fields}
        assert len(values) == 1
        assert not values & tickets
        tickets |= values
        reader.press("Bookmark")
        assert reader.status == 200


def test_a_visitor_gets_no_cookie_by_reading(house: House) -> None:
    house.html(house.ada, "/local")
    visitor = house.reader(None).open("/local")
    assert not visitor.client.cookies
    assert "csrf" not in raw(visitor.html)


def test_each_reads_the_time_by_their_own_clock(house: House, clock: FixedClock) -> None:
    with house.kernel.db.write.begin() as session:
        session.get_one(Member, house.bo.member_id).time_zone = "Asia/Tokyo"
    clock.advance(hours=8)
    for _ in range(2):
        assert "today 12:00" in house.html(house.ada)
        assert "yesterday 21:00" in house.html(house.bo)
    clock.advance(days=1)
    assert "yesterday 12:00" in house.html(house.ada)


def test_each_reads_in_their_own_language(house: House) -> None:
    for _ in range(2):
        assert "⟦Bookmark⟧" in house.html(house.bo, **{"accept-language": "ar-XB"})
        assert "⟦" not in house.html(house.bo)


@pytest.mark.parametrize("path", SHOWN_BY)
def test_what_the_author_changes_shows_at_once(house: House, path: str) -> None:
    assert "The kettle is mended." in house.html(house.bo, path)
    with house.kernel.db.write.begin() as session:
        words = Writing(text="The kettle leaks.", spoiler="Tea")
        edit_status(session, house.ada, house.status_id, words, now=house.kernel.clock.now())
    shown = house.html(house.bo, path)
    assert "The kettle leaks." in shown
    assert "Tea" in shown
    assert "changed" in shown
    assert "mended" not in shown


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        pytest.param({"display_name": "Ada of the lock"}, "Ada of the lock", id="a name"),
        pytest.param({"avatar_key": "media/new.webp"}, "/media/new.webp", id="a picture"),
    ],
)
def test_a_new_face_shows_at_once(house: House, change: dict[str, str], seen: str) -> None:
    assert seen not in house.html(house.bo, "/home")
    with house.kernel.db.write.begin() as session:
        account = session.get_one(Account, house.ada.account_id)
        for name, value in change.items():
            setattr(account, name, value)
    assert seen in house.html(house.bo, "/home")


def test_a_new_description_of_a_picture_shows_at_once(house: House) -> None:
    with house.kernel.db.write.begin() as session:
        file = MediaFile(
            account_id=house.ada.account_id,
            status_id=house.status_id,
            kind=MediaKind.PICTURE,
            state=MediaState.KEPT,
            key="media/kettle",
            content_type="image/webp",
            width=64,
            height=48,
            blurhash="",
            description="A kettle",
            created_at=house.kernel.clock.now(),
        )
        session.add(file)
    assert "A kettle" in house.html(house.bo)
    with house.kernel.db.write.begin() as session:
        session.get_one(MediaFile, file.id).description = "A copper kettle"
    assert "A copper kettle" in house.html(house.bo)


def test_a_deleted_post_is_gone_although_it_was_kept(house: House) -> None:
    assert "The kettle" in house.reader(house.bo).open("/home").html
    with house.kernel.db.write.begin() as session:
        delete_status(session, house.ada, house.status_id, now=house.kernel.clock.now())
    for path in SHOWN_BY:
        assert "The kettle" not in house.reader(house.bo).open(path).html


def test_a_kept_post_opens_no_door(house: House) -> None:
    with house.kernel.db.write.begin() as session:
        letter = post(session, house.ada, "For those who follow", visibility=Visibility.FOLLOWERS)
        cleo = make_person(session, "cleo")
        here = session.get_one(Status, letter.id).id
    assert "For those who follow" in house.reader(house.bo).open("/@ada").html
    assert "For those who follow" not in house.reader(cleo).open("/@ada").html
    assert house.reader(cleo).open(f"/@ada/{here}", expect=404).status == 404
    with house.kernel.db.write.begin() as session:
        now = house.kernel.clock.now()
        relationships.block(session, house.ada, target_id=house.bo.account_id, now=now)
    assert "For those who follow" not in house.reader(house.bo).open("/home").html


@pytest.mark.parametrize(
    ("asks", "status"),
    [
        pytest.param("{{ at|iso }}", 200, id="what is the same for everybody"),
        pytest.param("{{ at|ago }}", 500, id="how long ago"),
        pytest.param("{{ at|moment }}", 500, id="a moment by the reader's clock"),
        pytest.param("{{ at|day }}", 500, id="a day"),
    ],
)
def test_what_is_kept_cannot_ask_for_the_time(
    house: House, caplog: pytest.LogCaptureFixture, asks: str, status: int
) -> None:
    pages: Pages = house.app.state.pages
    assert pages.environment.loader is not None
    page = "{% macro row(at) %}" + asks + "{% endmacro %}{{ kept(row, reel.old[0].posts[0].at) }}"
    pages.environment.loader = ChoiceLoader(
        [DictLoader({"web/tag.html": page}), pages.environment.loader]
    )
    with house.kernel.db.write.begin() as session:
        post(session, house.ada, "#tea")
    house.reader(house.ada).open("/tags/tea", expect=status)
    is_refused = "cannot depend on one reader's clock" in caplog.text
    assert is_refused is (status == 500)
