"""What a vote came to: the bar, the turnout against our own past, and what happened with it."""

from collections.abc import Sequence
from datetime import datetime

from app.core.records import Record
from app.core.words import DayOf, Words, say
from app.members.offices import office_word
from governance.decision import Demand, Outcome
from governance.lifecycle import State
from governance.models import OrderState
from governance.rules import Base, Choice, Method
from governance.shown.words import tone_of
from governance.views import OrderView, ResultView, TurnoutLine
from governance.wording import number, tally_word

KINDS = {
    Choice.YES: ("agree", "A"),
    Choice.NO: ("disagree", "D"),
    Choice.BLOCK: ("block", "B"),
    Choice.ABSTAIN: ("abstain", "–"),
}


class Part(Record):
    """One answer in the bar: its pattern, its letter, its word and how many gave it."""

    kind: str
    letter: str
    word: Words
    count: int


class Bar(Record):
    """The answers, and where the threshold stands: `needed` of the first `decisive` parts."""

    parts: Sequence[Part]
    needed: int
    decisive: int


class Happened(Record):
    """One step after a vote, for a checklist."""

    title: Words
    done: bool
    text: Words | None = None
    at: Words | None = None
    url: str = ""
    action: Words | None = None
    sign: str = "clock"


def bar_of(view: ResultView) -> Bar:
    """Return the bar of a result; without a threshold to draw, `needed` is 0."""
    order = [Choice.YES, Choice.NO, Choice.BLOCK, Choice.ABSTAIN]
    if view.method is not Method.CONSENSUS:
        order.remove(Choice.BLOCK)
    parts = [
        Part(*KINDS[one], word=tally_word(one, view.method), count=view.counts[one.value])
        for one in order
    ]
    threshold = view.steps[list(Demand).index(Demand.THRESHOLD)]
    spans = {Base.DECISIVE: len(parts) - 1, Base.CAST: len(parts)}
    decisive = spans.get(Base(threshold.base), 0)
    return Bar(parts, threshold.needed if decisive else 0, decisive)


def took_part(view: ResultView) -> Words:
    """Return how many took part, against the votes before this one."""
    said = say(
        "{cast} of {eligible} members with a vote took part.",
        cast=view.cast,
        eligible=view.eligible,
    )
    compared = _compared(view.turnout)
    return say("{said} {compared}", said=said, compared=compared) if compared else said


def _compared(turnout: Sequence[TurnoutLine]) -> Words | None:
    *before, this = turnout
    if not before:
        return None
    fewer = sum(one.took_part < this.took_part for one in before)
    if len(before) == 1:
        if fewer:
            return say("That is more than in the vote before.")
        same = before[0].took_part == this.took_part
        if same:
            return say("That is as many as in the vote before.")
        return say("That is fewer than in the vote before.")
    if not fewer:
        return say(
            "In none of the last {count} votes were there fewer.", count=number(len(before))
        )
    return say(
        "That is more than in {fewer} of the last {count} votes.",
        fewer=number(fewer),
        count=number(len(before)),
    )


def happened(view: ResultView, *, now: datetime) -> list[Happened]:
    """Return what became of a decision that passed; nothing of one that did not."""
    if view.outcome is not Outcome.PASSED:
        return []
    decided = Happened(say("Decided"), done=True, at=_day(view.closed_at))
    if view.state is State.VOIDED:
        return [decided, Happened(say("A challenge was upheld: the vote is void"), done=False)]
    steps = [decided, _settled(view)]
    if view.order is not None:
        steps.append(_carried_out(view.order))
        steps += _in_force(view, view.order, now=now)
    return steps


def _settled(view: ResultView) -> Happened:
    if view.ratified_at is not None:
        return Happened(
            say("Settled: no challenge to how it was held was upheld"),
            done=True,
            at=_day(view.ratified_at),
        )
    assert view.challenge_until is not None
    return Happened(
        say("Can be challenged"),
        done=False,
        text=say("Only how the vote was held, not what it decided."),
        at=say("until {day}", day=DayOf(view.challenge_until)),
        url=f"/coop/proposals/{view.proposal_id}#challenges",
        action=say("Challenges"),
    )


def _carried_out(order: OrderView) -> Happened:
    url = f"/duties/admin/orders#order-{order.id}"
    if order.state is OrderState.ENACTED and order.ended_at is not None:
        by = order.ended_by.name if order.ended_by else ""
        text = say("They had declined before.") if order.changed_their_mind else None
        title = say("Carried out by {name}", name=by)
        return Happened(title, done=True, text=text, at=_day(order.ended_at))
    if order.state is OrderState.EXPIRED:
        title, action = say("Not carried out in time"), say("The order")
        return Happened(title, done=False, url=url, action=action, sign="cross")
    if order.state is OrderState.FAILED:
        text = say("{reason}", reason=order.failure or "")
        return Happened(say("Could not be carried out"), done=False, text=text, sign="cross")
    return Happened(
        say("Waits to be carried out by the {office}", office=office_word(order.office.value)),
        done=False,
        text=say("until {day}", day=DayOf(order.not_after)),
        url=url,
        action=say("The order"),
    )


def _in_force(view: ResultView, order: OrderView, *, now: datetime) -> list[Happened]:
    if order.state in (OrderState.EXPIRED, OrderState.FAILED):
        return []
    at = order.in_force_at if order.ended_at is None else max(order.in_force_at, order.ended_at)
    is_enacted = order.state is OrderState.ENACTED
    if view.state is State.SUPERSEDED:
        return [Happened(say("Replaced by a later decision"), done=True)]
    title = say("In force") if is_enacted and at <= now else say("Takes effect")
    return [Happened(title, done=is_enacted and at <= now, at=_day(at))]


def _day(at: datetime) -> Words:
    return say("{day}", day=DayOf(at))


def tone_of_result(view: ResultView) -> str:
    """Return the tone of a result: what passed stays passed, whatever became of it."""
    return "passed" if view.outcome is Outcome.PASSED else tone_of(view.state)
