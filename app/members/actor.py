"""Who acts, and what they may do: the one rule of permission. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from app.core.errors import Forbidden
from app.core.records import Record
from app.core.words import Words, say
from app.members.offices import Office
from app.members.states import MEMBERS, MemberState

REAUTHENTICATED_FOR: Final = timedelta(minutes=15)
# Who opened a form just in time has as long again to finish it: what they wrote is not lost.
FINISHING_FOR: Final = 2 * REAUTHENTICATED_FOR


class Actor(Record):
    """A person who acts now, made anew for each request: power ends when its mandate does."""

    member_id: int
    account_id: int
    offices: frozenset[Office] = frozenset()  # Whose mandates run at this moment.
    scopes: frozenset[str] | None = None  # With what they imply; None: a browser session.
    reauthenticated_at: datetime | None = None
    state: MemberState = MemberState.ACTIVE

    @property
    def is_member(self) -> bool:
        """Whether the co-op counts them as a member, suspended or not."""
        return self.state in MEMBERS


class Verb(StrEnum):
    """What can be done, as far as it needs more than to be there."""

    READ = "read"
    WRITE = "write"
    PROPOSE = "propose"
    VOTE = "vote"
    PAY = "pay"
    ACCEPT_TERMS = "accept terms"
    INVITE = "invite"
    EXPORT = "export"
    APPEAL = "appeal"
    LEAVE = "leave"
    ADMIT = "admit"
    ENACT = "enact"
    KEEP_BOOKS = "keep books"
    MODERATE = "moderate"
    FACILITATE = "facilitate"
    CERTIFY = "certify"
    ANNOUNCE = "announce"
    KEEP_EMOJI = "keep emoji"


class Need(Record):
    """What a verb needs: one of the states, one of the offices if any, and the token's scope."""

    states: frozenset[MemberState]
    offices: frozenset[Office] = frozenset()
    scope: str | None = None


_ACTIVE: Final = frozenset({MemberState.ACTIVE})
_ANY: Final = frozenset(MemberState)


def _office(*offices: Office) -> Need:
    return Need(_ACTIVE, frozenset(offices), "coop:officer")


# A moderator must not be able to take a vote away: who is suspended still votes, pays and reads.
NEEDS: Final[Mapping[Verb, Need]] = {
    Verb.READ: Need(MEMBERS),
    Verb.WRITE: Need(_ACTIVE),
    Verb.PROPOSE: Need(_ACTIVE, scope="coop:vote"),
    Verb.VOTE: Need(MEMBERS, scope="coop:vote"),
    Verb.PAY: Need(MEMBERS),
    Verb.ACCEPT_TERMS: Need(MEMBERS),
    Verb.INVITE: Need(_ACTIVE),
    Verb.EXPORT: Need(_ANY),
    Verb.APPEAL: Need(_ANY),
    Verb.LEAVE: Need(_ANY - {MemberState.LEFT}),
    Verb.ADMIT: _office(Office.ADMIN, Office.SECRETARY),
    Verb.ENACT: _office(*Office),
    Verb.KEEP_BOOKS: _office(Office.TREASURER),
    Verb.MODERATE: _office(Office.MODERATOR),
    Verb.FACILITATE: _office(Office.FACILITATOR),
    Verb.CERTIFY: _office(Office.SECRETARY),
    Verb.ANNOUNCE: _office(Office.ADMIN, Office.FACILITATOR),
    Verb.KEEP_EMOJI: _office(Office.ADMIN, Office.MODERATOR),
}

STATE_FAULTS: Final[Mapping[MemberState, Words]] = {
    MemberState.UNCONFIRMED: say("Please confirm your e-mail address first."),
    MemberState.WAITING: say("Your application is still waiting for an answer."),
    MemberState.REFUSED: say("Your application was not accepted."),
    MemberState.SUSPENDED: say(
        "Your account is suspended. You can read, vote, export and appeal."
    ),
    MemberState.LEFT: say("You have left this co-op."),
}

# Suspension takes programs away at once, and no right: those are kept on the site itself.
PROGRAMS_STOPPED: Final = say(
    "Your account is suspended, so programs cannot act for you. On the site you can still read, "
    "vote, export and appeal."
)


def may(actor: Actor, verb: Verb) -> bool:
    """Return whether the actor may do it now."""
    return fault_of(actor, verb) is None


def require(actor: Actor, verb: Verb) -> None:
    """Raise Forbidden, with the reason, unless the actor may do it now."""
    if fault := fault_of(actor, verb):
        raise Forbidden(fault)


def fault_of(actor: Actor, verb: Verb) -> Words | None:
    """Return why the actor may not do it, or None."""
    need = NEEDS[verb]
    if actor.state not in need.states:
        return STATE_FAULTS[actor.state]
    if need.offices and not actor.offices & need.offices:
        return say("This belongs to an office that you do not hold.")
    if need.scope and actor.scopes is not None and need.scope not in actor.scopes:
        return say("This application lacks the permission {scope}.", scope=need.scope)
    return None


def is_reauthenticated(
    actor: Actor, *, now: datetime, within: timedelta = REAUTHENTICATED_FOR
) -> bool:
    """Return whether the person gave their password lately."""
    at = actor.reauthenticated_at
    return at is not None and now - at < within
