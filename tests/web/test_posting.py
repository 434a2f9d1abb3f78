"""Posting through the pages, as somebody without JavaScript does it."""

import io
import re
from collections.abc import Callable, Iterator

import pytest
from fastapi.testclient import TestClient
from PIL import Image
from sqlalchemy import update

from app.accounts.models import Account
from app.core.kernel import Kernel
from app.instance.models import Coop
from app.main import create_app
from app.media.models import MediaFile, MediaState
from app.members.models import Member
from app.members.sessions import open_session
from tests.factories import make_member
from tests.fakes import FixedClock
from tests.paper import Paper

Enter = Callable[[str], Paper]


@pytest.fixture
def enter(kernel: Kernel, coop: Coop) -> Iterator[Enter]:
    """Make a member of that name, signed in at a browser of their own."""
    clients: list[TestClient] = []

    def make(name: str) -> Paper:
        with kernel.db.write.begin() as session:
            member = make_member(session, username=name)
            opened = open_session(session, member_id=member.id, label="", now=kernel.clock.now())
        client = TestClient(create_app(kernel), base_url="https://riverside.example")
        client.__enter__()
        client.cookies.set("__Host-s", opened.secret, domain="riverside.example")
        clients.append(client)
        return Paper(client)

    yield make
    for client in clients:
        client.__exit__(None, None, None)


def without_number(html: str) -> str:
    """Leave out the number by which a request is found in the log, and the forms' tokens."""
    return re.sub(r"404 · [0-9a-f]+", "404", html)


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), "green").save(file, "JPEG")
    return file.getvalue()


def test_visitors_are_sent_to_sign_in(client: TestClient, coop: Coop) -> None:
    for path in ("/home", "/compose", "/bookmarks", "/notifications", "/drafts", "/muted"):
        assert client.get(path).headers["location"].startswith("/login"), path


def test_a_post_is_written_answered_liked_and_kept(enter: Enter) -> None:
    ada, bo = enter("ada"), enter("bo")
    ada.open("/home").press("Post", words="The kettle is mended. #repair")
    assert ada.says("Your post is out.")
    assert ada.says("The kettle is mended.")
    bo.open("/local")
    assert bo.says("The kettle is mended.")
    bo.follow("The kettle") if "The kettle" in bo.links() else None
    bo.press("Favourite")
    bo.press("Bookmark")
    assert bo.open("/bookmarks").says("The kettle is mended.")
    bo.open("/tags/repair")
    assert bo.says("The kettle is mended.")
    ada.open("/notifications")
    assert ada.says("bo liked your post")


def test_an_answer_stands_below_what_it_answers(enter: Enter) -> None:
    ada, bo = enter("ada"), enter("bo")
    ada.open("/home").press("Post", words="Tea at four?")
    bo.open("/local")
    link = next(a for a in bo.page.all("a") if "/@ada/" in a.attributes.get("href", ""))
    bo.open(link.attributes["href"]).press("Answer", words="@ada With bread.")
    assert bo.says("With bread.")
    assert bo.says("Tea at four?")
    assert ada.open("/notifications").says("bo answered you")


def test_a_long_post_comes_back_with_its_words(enter: Enter) -> None:
    ada = enter("ada")
    ada.open("/compose").press("Post", words="word " * 500, expect=422)
    assert ada.says("at most 2000 characters") or ada.says("at most 2,000 characters")
    assert "word word" in ada.html


def test_a_draft_waits(enter: Enter, clock: FixedClock) -> None:
    ada = enter("ada")
    ada.open("/compose").press("Save for later", words="Half a thought")
    assert ada.says("It is kept for later.")
    ada.follow("Half a thought").press("Post", words="A whole thought")
    assert ada.says("A whole thought")
    assert not ada.open("/drafts").says("Half a thought")


def test_a_post_is_changed_and_its_first_wording_kept(enter: Enter, clock: FixedClock) -> None:
    ada = enter("ada")
    ada.open("/home").press("Post", words="Tea at four")
    clock.advance(minutes=5)
    edit = next(a for a in ada.page.all("a") if "/edit" in a.attributes.get("href", ""))
    ada.open(edit.attributes["href"]).press("Save the change", words="Tea at five")
    assert ada.says("Tea at five")
    assert ada.follow("Changed").says("Tea at four")


def test_a_deleted_post_is_gone(enter: Enter) -> None:
    ada = enter("ada")
    ada.open("/home").press("Post", words="Never mind")
    link = next(a for a in ada.page.all("a") if "/delete" in a.attributes.get("href", ""))
    ada.open(link.attributes["href"]).press("Delete it")
    assert not ada.says("Never mind")


@pytest.mark.parametrize("audience", ["followers", "named"])
def test_what_one_may_not_see_is_as_if_it_were_not_there(enter: Enter, audience: str) -> None:
    ada, bo = enter("ada"), enter("bo")
    ada.open("/home").press("Post", words="For some", audience=audience)
    ada.open("/@ada")
    link = next(a for a in ada.page.all("a") if "/@ada/1" in a.attributes.get("href", ""))
    hidden = without_number(bo.open(link.attributes["href"], expect=404).html)
    assert hidden == without_number(bo.open("/@ada/1", expect=404).html)
    assert not bo.open("/@ada").says("For some")


def test_pictures_go_with_the_post_once_described(enter: Enter, kernel: Kernel) -> None:
    ada = enter("ada")
    with_picture(ada, "Look")
    [area] = [t for t in ada.page.all("textarea") if "description" in t.attributes["name"]]
    ada.press("Post", also={area.attributes["name"]: "A green field"})
    assert ada.says("Your post is out.")
    assert 'alt="A green field"' in ada.html


@pytest.mark.parametrize("button", ["Post without a description", "Save for later"])
def test_a_post_that_is_refused_half_way_leaves_nothing(
    enter: Enter, kernel: Kernel, button: str
) -> None:
    ada = enter("ada")
    with_picture(ada, "Look")
    with kernel.db.write.begin() as session:
        session.execute(update(MediaFile).values(state=MediaState.RECEIVED))
    ada.press(button, expect=422)
    assert ada.says("have not finished processing")
    assert not Paper(ada.client).open("/@ada").says("Look")
    assert not Paper(ada.client).open("/drafts").says("Look")


def with_picture(ada: Paper, words: str) -> None:
    """Send a picture with words, and be asked for its description."""
    ada.open("/compose")
    csrf = next(i for i in ada.page.all("input") if i.attributes.get("name") == "csrf")
    response = ada.client.post(
        "/compose",
        data={"csrf": csrf.attributes["value"], "words": words, "press": "post"},
        files={"pictures": ("x.jpg", picture(), "image/jpeg")},
        headers={"origin": "https://riverside.example", "accept": "text/html"},
    )
    assert response.status_code == 200
    assert "has no description" in response.text
    ada.show(response)


def test_following_fills_home(enter: Enter) -> None:
    ada, bo = enter("ada"), enter("bo")
    bo.open("/@ada").press("Follow")
    assert bo.says("Stop following")
    ada.open("/home").press("Post", words="Good morning")
    assert bo.open("/home").says("Good morning")
    assert ada.open("/notifications").says("bo follows you now")
    bo.open("/@ada/mute").press("Mute")
    assert not bo.open("/home").says("Good morning")


def test_a_profile_says_what_its_owner_wrote(enter: Enter, kernel: Kernel) -> None:
    ada = enter("ada")
    ada.open("/settings/profile").press(
        "Save",
        display_name="Ada Sørli",
        note="Bread & <b>bicycles</b>",
        also={"name-0": "Home", "value-0": "https://ada.example"},
    )
    ada.open("/@ada")
    assert ada.says("Ada Sørli")
    assert ada.says("Bread & <b>bicycles</b>")
    assert '<link rel="me" href="https://ada.example">' in ada.html
    assert "links back" not in ada.html, "nobody has looked yet"
    with kernel.db.read.begin() as session:
        assert session.query(Member).count() == 1
        assert session.query(Account).one().display_name == "Ada Sørli"


def test_a_post_can_wait_for_its_moment(enter: Enter, clock: FixedClock) -> None:
    ada = enter("ada")
    ada.open("/compose").press("Post", words="Too soon", when="2026-11-09T11:00", expect=422)
    assert ada.says("must be in the future")
    ada.open("/compose").press("Post", words="No time", when="tomorrow", expect=422)
    ada.open("/compose").press("Post", words="Good morning", when="2026-11-10T07:30")
    assert ada.url == "/drafts"
    assert ada.says("Good morning")
    assert ada.says("Tuesday 10 November, 07:30")
    assert not ada.open("/@ada").says("Good morning")
    ada.open("/drafts").press("Back to my drafts")
    assert ada.says("Here it is as a draft")
    assert "Good morning" in ada.html


def test_letters_are_listed_read_and_put_away(enter: Enter) -> None:
    ada, bo = enter("ada"), enter("bo")
    assert bo.open("/messages").says("No letters yet")
    ada.open("/compose").press("Post", words="@bo the key is <under> the mat", audience="named")
    assert ada.open("/messages").says("You: @bo the key is <under> the mat")
    bo.open("/messages").press("I have read it")
    assert bo.says("the key is <under> the mat")
    assert "I have read it" not in bo.html
    address = ada.open("/messages").follow("bo").url
    ada.open(address).press("Answer", words="@bo Under the pot, I mean")
    assert "I have read it" in bo.open("/messages").html
    bo.open(address)
    assert "I have read it" not in bo.open("/messages").html, "who opens a letter has read it"
    bo.press("Put away")
    assert bo.says("It comes back with the next letter.")
    assert bo.open("/messages").says("No letters yet")
    assert ada.open("/messages").says("Under the pot")


def test_a_post_is_quoted_and_taken_out_again(enter: Enter) -> None:
    ada, bo = enter("ada"), enter("bo")
    ada.open("/compose").press("Post", words="The <b>kettle</b> is mended", warning="Tea")
    ada.open("/compose").press("Post", words="Not for others", quotable="nobody")
    bo.open("/@ada")
    assert bo.links().count("Quote it …") == 1
    bo.follow("Quote it …")
    assert bo.says("You quote ada:")
    bo.press("Post", words="Good news")
    bo.open("/@bo")
    assert bo.page.text.count("Tea") == 1
    assert "kettle" not in bo.page.text, "a warning folds the quoted post, too"
    assert ada.open("/notifications").says("bo quoted your post")
    ada.open("/@bo").press("Take my post out of this")
    assert ada.open("/@bo").says("Its author took the quoted post out.")
    assert "Take my post out" not in ada.html
