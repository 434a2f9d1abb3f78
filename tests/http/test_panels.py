"""What packages show on pages that are not theirs: gathered, ordered, bounded."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.core.words import say
from app.http.panels import Matter, MoneyLine, Need, Panels, Tone
from app.members.actor import Actor
from tests.factories import NOON

ADA = Actor(1, 11)


def need(title: str, hours: int | None) -> Need:
    due_at = None if hours is None else NOON + timedelta(hours=hours)
    return Need(title, say("text"), "/x", say("Do it"), due_at=due_at)


def matter(title: str, hours: int | None) -> Matter:
    at = None if hours is None else NOON + timedelta(hours=hours)
    return Matter(title, "/x", say("Voting"), Tone.OPEN, say("soon"), at=at)


def test_the_most_pressing_comes_first_and_three_are_enough(session: Session) -> None:
    panels = Panels(
        needs=[
            lambda _s, _a, _n: [need("some day", None), need("tomorrow", 24)],
            lambda _s, _a, _n: [need("in an hour", 1), need("next week", 168)],
        ]
    )
    titles = [n.title for n in panels.needs_of(session, ADA, NOON)]
    assert titles == ["in an hour", "tomorrow", "next week"]


def test_what_ends_first_and_what_ended_last(session: Session) -> None:
    items = [matter("old", -9), matter("new", -1), matter("older", -20)]
    panels = Panels(under_way=[lambda _s, _n: items], decided=[lambda _s, _n: items])
    assert [m.title for m in panels.matters_under_way(session, NOON)] == ["older", "old", "new"]
    assert [m.title for m in panels.matters_decided(session, NOON)] == ["new", "old", "older"]
    assert len(panels.matters_decided(session, NOON, at_most=1)) == 1


def test_without_packages_there_is_nothing(session: Session) -> None:
    panels = Panels()
    assert panels.needs_of(session, ADA, NOON) == []
    assert panels.money_line(session, NOON) is None
    assert panels.price_of(session, NOON) is None
    assert panels.new_since_of(session, ADA, NOON) is None
    assert panels.heard_lately(session, NOON, at_most=3) == []


def test_the_first_that_knows_the_money_speaks(session: Session) -> None:
    line = MoneyLine(say("We hold $5."), "/coop/money")
    panels = Panels(money=[lambda _s, _n: None, lambda _s, _n: line])
    assert panels.money_line(session, NOON) is line


def test_the_earliest_unread_notice_counts(session: Session) -> None:
    panels = Panels(
        new_since=[
            lambda _s, _a, _n: NOON,
            lambda _s, _a, _n: None,
            lambda _s, _a, _n: NOON - timedelta(hours=1),
        ]
    )
    assert panels.new_since_of(session, ADA, NOON) == NOON - timedelta(hours=1)


@pytest.mark.parametrize("tone", list(Tone))
def test_every_tone_has_a_sign(tone: Tone) -> None:
    assert tone.value in ("quiet", "talk", "open", "passed", "failed")
