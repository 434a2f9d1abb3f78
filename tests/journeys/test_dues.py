"""Who pays has a vote, who lapses has none, and one payment brings it back."""

import pytest

from tests.journeys.story import Town, inhabit

PROVISIONAL_DAYS = 30
TALK_DAYS, VOTE_DAYS = 4, 7  # Of a house rule, among few.


@pytest.fixture
def dan(town: Town) -> str:
    """A member who came in just now, and has paid nothing."""
    inhabit(town)
    town.apply("dan")
    town.admit("dan")
    return "dan"


def open_vote(town: Town, title: str) -> None:
    """Bring a house rule to its vote."""
    bo = town.go("bo", "/coop/proposals/new?type=policy")
    bo.fill("Title", title).fill("In plain words", "So that it is said.")
    town.proposal = bo.press("Keep as a draft").path.partition("?")[0]
    town.submit("bo")
    town.second("cleo", title)
    town.pass_days(TALK_DAYS)


def close_vote(town: Town) -> None:
    """Let the others vote, and the vote close."""
    town.vote("bo")
    town.vote("cleo")
    town.pass_days(VOTE_DAYS)


def test_pay_lapse_pay(town: Town, dan: str) -> None:
    town.pass_days(PROVISIONAL_DAYS - TALK_DAYS - 2)
    open_vote(town, "A quiet hour at lunch")
    town.go(dan, town.proposal).misses("Go and vote").sees("You can read everything and speak.")
    close_vote(town)

    town.pledge(dan).sees("$12.00 is open")
    town.go(dan, "/settings/membership").sees("Your vote rests")
    open_vote(town, "Another quiet hour")
    reader = town.go(dan, town.proposal).misses("Go and vote")
    reader.sees("Your dues had lapsed when this vote opened.")
    town.post(dan, "I can still write.").sees("I can still write.")
    town.record(dan)
    town.go(dan, "/settings/membership").sees("You have paid until", "Receipt")
    # The list of those who vote was sealed when it opened: paying changes the next one.
    town.go(dan, town.proposal).misses("Go and vote")
    close_vote(town)

    open_vote(town, "A third quiet hour")
    town.vote(dan, "No")
    close_vote(town)
    town.result(dan).sees("Of the 3 of us who said yes or no, 2 said yes.")
