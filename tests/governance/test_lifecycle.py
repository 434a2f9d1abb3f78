"""The states of a proposal: what follows what, and which act is possible when."""

from datetime import UTC, datetime, timedelta

import pytest

from governance.lifecycle import (
    ALLOWED,
    DECIDED,
    EDITABLE,
    FOLLOWS,
    FROZEN,
    Act,
    State,
    after_outage,
    allows,
    extension,
    may_follow,
    reminder_at,
    timetable,
)
from governance.rules import Days

NOON = datetime(2026, 11, 9, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def test_every_state_is_reached_from_a_draft() -> None:
    reached, new = {State.DRAFT}, {State.DRAFT}
    while new:
        new = {after for state in new for after in FOLLOWS[state]} - reached
        reached |= new
    assert reached == set(State)


def test_nothing_leads_back() -> None:
    for state in State:
        reached: set[State] = set()
        new = set(FOLLOWS[state])
        while new:
            reached |= new
            new = {after for one in new for after in FOLLOWS[one]} - reached
        assert state not in reached


PASSED_ONLY_FROM = [
    pytest.param(State.PASSED, {State.CLOSED}, id="passed comes only of closing"),
    pytest.param(State.CLOSED, {State.VOTING}, id="closed comes only of voting"),
    pytest.param(State.VOTING, {State.NOTICE}, id="voting comes only of the frozen text"),
    pytest.param(State.ENACTED, {State.QUEUED}, id="enacted comes only of an order"),
    pytest.param(State.QUEUED, {State.RATIFIED}, id="an order comes only of ratification"),
    pytest.param(State.VOIDED, {State.CHALLENGEABLE}, id="voided comes only of a challenge"),
]


@pytest.mark.parametrize(("state", "before"), PASSED_ONLY_FROM)
def test_what_a_state_comes_of(state: State, before: set[State]) -> None:
    assert {one for one in State if may_follow(one, state)} == before


ACTS = {
    Act.EDIT: {State.DRAFT, State.SEEKING_SUPPORT, State.DELIBERATION},
    Act.SUBMIT: {State.DRAFT},
    Act.SECOND: {State.SEEKING_SUPPORT},
    Act.COMMENT: {State.SEEKING_SUPPORT, State.DELIBERATION, State.NOTICE, State.VOTING},
    Act.WITHDRAW: {
        State.DRAFT,
        State.SEEKING_SUPPORT,
        State.DELIBERATION,
        State.NOTICE,
        State.VOTING,
    },
    Act.VOTE: {State.VOTING},
    Act.CHALLENGE: {State.CHALLENGEABLE},
}


@pytest.mark.parametrize("act", Act)
def test_which_act_is_possible_in_which_state(act: Act) -> None:
    assert {state for state in State if allows(state, act)} == ACTS[act]
    assert set(ALLOWED) == set(Act)


def test_nothing_frozen_is_editable_and_nothing_decided_is_open() -> None:
    assert not FROZEN & EDITABLE
    assert not DECIDED & {State.VOTING, State.NOTICE}
    assert DECIDED < FROZEN


def test_the_dates_of_a_change_of_terms() -> None:
    dates = timetable(Days(deliberation=7, frozen=2, voting=10), begins_at=NOON)
    assert dates.freezes_at == NOON + 5 * DAY
    assert dates.opens_at == NOON + 7 * DAY
    assert dates.closes_at == NOON + 17 * DAY


def test_an_extension_is_half_of_the_period() -> None:
    assert extension(opens_at=NOON, closes_at=NOON + 7 * DAY) == NOON + 10 * DAY + 12 * HOUR


def test_the_reminder_comes_two_days_before_the_close_or_at_half() -> None:
    assert reminder_at(opens_at=NOON, closes_at=NOON + 7 * DAY) == NOON + 5 * DAY
    assert reminder_at(opens_at=NOON, closes_at=NOON + 2 * DAY) == NOON + DAY


OUTAGES = [
    # began, ended, how much later the vote closes
    pytest.param(-3 * HOUR, -1 * HOUR, 2 * HOUR, id="two hours on the last day"),
    pytest.param(-1 * HOUR, 2 * HOUR, 3 * HOUR, id="away at the very end"),
    pytest.param(-25 * HOUR, -23 * HOUR, 2 * HOUR, id="into the last day"),
    pytest.param(-72 * HOUR, 5 * HOUR, 77 * HOUR, id="for days, over the end"),
    pytest.param(-2 * HOUR, -1 * HOUR, 0 * HOUR, id="an hour and no more"),
    pytest.param(-27 * HOUR, -25 * HOUR, 0 * HOUR, id="before the last day"),
    pytest.param(0 * HOUR, 5 * HOUR, 0 * HOUR, id="after the end"),
]


@pytest.mark.parametrize(("began", "ended", "later"), OUTAGES)
def test_an_outage_moves_the_close(began: timedelta, ended: timedelta, later: timedelta) -> None:
    closes_at = NOON + 7 * DAY
    moved = after_outage(closes_at, began=closes_at + began, ended=closes_at + ended)
    assert moved - closes_at == later
