"""Proposals as rows of a list: the state, when it changes, and what they are about."""

from datetime import datetime
from typing import Final

from app.core.words import DayOf, Words, say
from app.http.panels import Matter, Tone
from governance.lifecycle import State
from governance.rules import DecisionType
from governance.shown.words import tone_of, type_word
from governance.views import ProposalLine
from governance.wording import number, state_word

COUNTED: Final = frozenset(
    {
        State.PASSED,
        State.REJECTED,
        State.QUORUM_MISSED,
        State.TIED,
        State.BLOCKED,
        State.CHALLENGEABLE,
        State.RATIFIED,
        State.QUEUED,
        State.ENACTED,
        State.FAILED_ENACTMENT,
        State.EXPIRED,
        State.VOIDED,
        State.SUPERSEDED,
    }
)


def page_of(line: ProposalLine) -> str:
    """Return the page that a list leads to: the result where there is one."""
    url = f"/coop/proposals/{line.id}"
    return f"{url}/result" if line.state in COUNTED else url


def matter_of(line: ProposalLine) -> Matter:
    """Return the row of a proposal."""
    return Matter(
        title=line.title,
        url=page_of(line),
        state=_state(line),
        tone=Tone(tone_of(line.state)),
        when=_when(line),
        text=_about(line),
        at=_at(line),
    )


def _state(line: ProposalLine) -> Words:
    if line.state is State.SEEKING_SUPPORT:
        missing = max(line.seconds_needed - line.seconds, 1)
        if missing == 1:
            return say("One name missing")
        return say("{count} names missing", count=number(missing))
    if line.state is State.ENACTED and line.type is DecisionType.ELECTION:
        return say("Elected")
    return state_word(line.state)


def _when(line: ProposalLine) -> Words:
    at = _at(line)
    if at is None:
        return say("not handed in")
    if line.state is State.VOTING:
        return say("closes {at}", at=at)
    if line.state in (State.DELIBERATION, State.NOTICE):
        return say("vote opens {day}", day=DayOf(at))
    if line.state in (State.SEEKING_SUPPORT, State.CHALLENGEABLE):
        return say("until {day}", day=DayOf(at))
    if line.state is State.WITHDRAWN:
        return say("made {day}", day=DayOf(at))
    return say("closed {day}", day=DayOf(at))


def _at(line: ProposalLine) -> datetime | None:
    return {
        State.DRAFT: None,
        State.SEEKING_SUPPORT: line.support_until,
        State.DELIBERATION: line.opens_at,
        State.NOTICE: line.opens_at,
        State.CHALLENGEABLE: line.challenge_until,
        State.WITHDRAWN: line.created_at,
    }.get(line.state, line.closes_at)


def _about(line: ProposalLine) -> Words:
    about = say("{kind}. Opened by {name}.", kind=type_word(line.type), name=line.author.name)
    if line.state is State.VOTING and line.voted:
        return say("{about} You have voted.", about=about)
    return about
