"""Polls through the pages, as somebody without JavaScript makes and answers them."""

from tests.fakes import FixedClock
from tests.paper import Element, Paper
from tests.web.test_posting import Enter, enter

__all__ = ["enter"]


def fields(reader: Paper, name: str) -> list[Element]:
    """Return the fields of that name on the page in front of somebody."""
    return [f for f in reader.page.all("input") if f.attributes.get("name") == name]


def test_a_poll_is_asked_answered_and_ends(enter: Enter, clock: FixedClock) -> None:
    ada, bo = enter("ada"), enter("bo")
    ada.open("/compose").press("Post", words="Drinks?", option=["Tea"], expect=422)
    assert ada.says("A poll needs at least 2 answers")
    ada.open("/compose").press("More answers", words="Drinks?", option=list("abcd"))
    assert len(fields(ada, "option")) == 6
    ada.open("/compose").press("Post", words="Drinks?", option=["Tea", "<b>Milk</b>"])
    assert ada.says("Your post is out.")
    ada.open("/@ada")
    assert not fields(ada, "choice"), "nobody answers their own poll"
    bo.open("/@ada").press("Answer the poll", expect=422)
    assert bo.says("Choose an answer.")
    bo.open("/@ada").press("Answer the poll", choice="1")
    assert bo.says("Your answer counts.")
    assert bo.open("/@ada").says("One person answered.")
    assert "&lt;b&gt;Milk" in bo.html
    assert bo.says("100 %")
    assert not fields(bo, "choice"), "an answer is given once"
    clock.advance(days=1)
    assert bo.open("/@ada").says("The poll has ended.")


def test_how_it_stands_can_wait_for_the_end(enter: Enter, clock: FixedClock) -> None:
    ada, bo = enter("ada"), enter("bo")
    answers = ["Tea", "Milk"]
    ada.open("/compose").press("Post", words="Drinks?", option=answers, hide_totals="on")
    bo.open("/@ada").press("Answer the poll", choice="0")
    for reader in (ada, bo):
        assert reader.open("/@ada").says("How it stands is shown when the poll ends.")
        assert "One person answered" not in reader.html
        assert not reader.says("%")
    clock.advance(days=1)
    assert ada.open("/@ada").says("100 %")


def test_a_change_keeps_the_poll(enter: Enter) -> None:
    ada = enter("ada")
    ada.open("/compose").press("Post", words="Drinks?", option=["Tea", "Milk"], lasts="week")
    ada.open("/@ada").follow("Change …").press("Save the change", words="Which drinks?")
    assert ada.open("/@ada").says("Which drinks?")
    assert ada.says("Milk")
    assert ada.says("7 days left")


def test_pinning_and_hearing_no_more_stand_in_the_menu(enter: Enter) -> None:
    ada, bo = enter("ada"), enter("bo")
    ada.open("/compose").press("Post", words="Who I am")
    ada.open("/compose").press("Post", words="Something else")
    ada.open("/@ada").follow("Its page")
    ada.open("/@ada")
    assert not ada.says("Pinned")
    ada.press("Pin to my page")
    assert bo.open("/@ada").says("Pinned")
    bo.press("Tell me no more about this talk")
    assert bo.open("/@ada").html.count("Tell me about this talk") == 1, (
        "on top, and not below again"
    )
    ada.open("/@ada").press("Take off the top of my page")
    assert not ada.open("/@ada").says("Pinned")
