"""Writing a proposal: a draft, its revisions, taking it back."""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.core.canonical import digest
from app.core.errors import Conflict, Forbidden, Invalid
from app.core.events import publish
from app.core.records import Record
from app.core.words import say
from app.members.actor import Actor, Verb, require
from governance import log
from governance.constitution import rule_for
from governance.effects import Effects, Planned, read_effects
from governance.events import ProposalWithdrawn
from governance.lifecycle import FROZEN, Act, State
from governance.models import Ballot, BallotKey, Proposal, ProposalRevision
from governance.proposals import check_author, locked_for, move
from governance.roll import require_vote, sizes
from governance.rules import DecisionType, Method, RuleSet, Secrecy
from governance.seals import Kind, measure
from governance.statements import may_be_reviewed

TITLE_MAX: Final = 200
BODY_BYTES_MAX: Final = 100_000
PROPOSALS_PER_DAY: Final = 5
SUPERSEDES_MAX: Final = 10
SECRET_ELIGIBLE_MIN: Final = 10
REVIEW_DAYS_MIN: Final = timedelta(days=30)
REVIEW_DAYS_MAX: Final = timedelta(days=3653)
AUTOMATIC: Final = frozenset({DecisionType.EMERGENCY})  # Opened by what happens, not by people.


class Draft(Record):
    """What an author writes. `effects` are {"kind", "payload"} each; None leaves it to the rule.

    `supersedes` names decisions on the same matter that this one replaces on purpose. On
    `review_on` members look at it again; only what carries its own words can name such a day.
    """

    type: DecisionType
    title: str
    body: str = ""
    effects: Sequence[Mapping[str, Any]] = ()
    method: Method | None = None
    secrecy: Secrecy | None = None
    supersedes: Sequence[int] = ()
    review_on: date | None = None


def draft_proposal(
    session: Session, draft: Draft, *, actor: Actor, effects: Effects, now: datetime
) -> Proposal:
    """Write a first draft, which only its author sees.

    Raises: Forbidden without a vote, or after too many drafts in a day; Invalid.
    """
    require(actor, Verb.PROPOSE)
    require_vote(session, actor.member_id, now=now)
    _check_rate(session, actor.member_id, now=now)
    proposal = Proposal(
        type=draft.type,
        author_id=actor.member_id,
        created_at=now,
        revision=0,
        title="",
        method=Method.MAJORITY,
        secrecy=Secrecy.SEALED,
    )
    write_wording(session, proposal, draft, effects=effects, now=now)
    return proposal


def revise_proposal(
    session: Session,
    proposal_id: int,
    draft: Draft,
    *,
    actor: Actor,
    effects: Effects,
    now: datetime,
) -> Proposal:
    """Give the proposal another wording; those before it are kept.

    Raises: NotFound; Forbidden if it is somebody else's; Conflict once it is frozen; Invalid.
    """
    require(actor, Verb.PROPOSE)
    proposal = locked_for(session, proposal_id, Act.EDIT, actor=actor)
    check_author(proposal, actor)
    if proposal.freezes_at is not None and now >= proposal.freezes_at:
        raise Conflict(say("The text is sealed. It cannot change any more."))
    if draft.type is not proposal.type and proposal.state is not State.DRAFT:
        text = say("Once handed in, a proposal keeps its type.")
        raise Invalid(text, type=text)
    write_wording(session, proposal, draft, effects=effects, now=now)
    return proposal


def withdraw_proposal(
    session: Session, proposal_id: int, *, actor: Actor, now: datetime
) -> Proposal:
    """Take a proposal back before it closes; ballots are discarded and their voters told.

    Raises: NotFound; Forbidden if it is somebody else's; Conflict if it is too late.
    """
    proposal = locked_for(session, proposal_id, Act.WITHDRAW, actor=actor)
    check_author(proposal, actor)
    if proposal.closes_at is not None and now >= proposal.closes_at:
        raise Conflict(say("It is too late to take this back."))
    give_up(session, proposal, because="author", now=now)
    return proposal


def give_up(session: Session, proposal: Proposal, *, because: str, now: datetime) -> None:
    """End a proposal that does not come to a vote, or whose vote is called off."""
    voters = [
        member_id
        for member_id in session.scalars(
            select(Ballot.member_id).where(Ballot.proposal_id == proposal.id)
        )
        if member_id is not None
    ]
    session.execute(delete(Ballot).where(Ballot.proposal_id == proposal.id))
    session.execute(delete(BallotKey).where(BallotKey.proposal_id == proposal.id))
    if proposal.state in FROZEN:
        log.record(session, Kind.WITHDRAWN, now=now, proposal=str(proposal.id), because=because)
    move(proposal, State.WITHDRAWN)
    proposal.ended_because = because
    publish(
        session,
        ProposalWithdrawn(
            proposal.id, proposal.author_id, proposal.title, voters, because, at=now
        ),
    )


def plan(
    session: Session, draft: Draft, *, effects: Effects, now: datetime
) -> list[dict[str, Any]]:
    """Return the effects as they are stored: read, found possible, and with their previews."""
    planned = read_effects(effects, draft.effects, of=draft.type)
    return [stored(session, one, now=now) for one in planned]


def stored(session: Session, one: Planned, *, now: datetime) -> dict[str, Any]:
    """Return one effect with its preview, having found that it could be carried out."""
    one.effect.check(session, one.payload, now)
    return {**one.measure, "preview": one.effect.preview(session, one.payload, now)}


def write_wording(
    session: Session, proposal: Proposal, draft: Draft, *, effects: Effects, now: datetime
) -> None:
    """Make a draft the newest wording of a proposal. Raises: Invalid."""
    if draft.type in AUTOMATIC:
        text = say("A proposal of this type is opened by what happens, not by people.")
        raise Invalid(text, type=text)
    rule = rule_for(session, draft.type, at=now)
    _check_review(draft, now=now)
    content = {
        "type": draft.type.value,
        "title": _title(draft.title),
        "body": _body(draft.body),
        "method": _method(draft, rule).value,
        "secrecy": _secrecy(session, draft, rule, now=now).value,
        "supersedes": _supersedes(session, draft),
        "effects": plan(session, draft, effects=effects, now=now),
        "review_on": None if draft.review_on is None else draft.review_on.isoformat(),
    }
    add_revision(session, proposal, content, now=now)


def add_revision(
    session: Session,
    proposal: Proposal,
    content: Mapping[str, Any],
    *,
    now: datetime,
) -> ProposalRevision:
    """Add a wording, as `ProposalRevision.content` has it, and make it the proposal's newest."""
    proposal.revision += 1
    proposal.type = DecisionType(content["type"])
    proposal.title = content["title"]
    proposal.method = Method(content["method"])
    proposal.secrecy = Secrecy(content["secrecy"])
    session.add(proposal)
    session.flush()  # The revision refers to its key.
    revision = ProposalRevision(
        proposal_id=proposal.id,
        number=proposal.revision,
        type=proposal.type,
        title=proposal.title,
        body=content["body"],
        method=proposal.method,
        secrecy=proposal.secrecy,
        effects=content["effects"],
        supersedes=content["supersedes"],
        review_on=date.fromisoformat(content["review_on"]) if content["review_on"] else None,
        hash=digest(content),
        measure_hash=digest(measure(content["effects"]) or content["body"]),
        created_at=now,
    )
    session.add(revision)
    return revision


def _title(given: str) -> str:
    title = unicodedata.normalize("NFC", " ".join(given.split()))
    if not title or "\0" in title:
        text = say("Give it a title.")
        raise Invalid(text, title=text)
    if len(title) > TITLE_MAX:
        text = say("A title has at most {count} characters.", count=TITLE_MAX)
        raise Invalid(text, title=text)
    return title


def _body(given: str) -> str:
    body = unicodedata.normalize("NFC", given.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if "\0" in body or len(body.encode("utf-8", "replace")) > BODY_BYTES_MAX:
        text = say("The text has at most {count} bytes.", count=BODY_BYTES_MAX)
        raise Invalid(text, body=text)
    return body


def _method(draft: Draft, rule: RuleSet) -> Method:
    method = draft.method or rule.methods[0]
    if method not in rule.methods:
        text = say("Our rules do not allow this way of voting here.")
        raise Invalid(text, method=text)
    return method


def _secrecy(session: Session, draft: Draft, rule: RuleSet, *, now: datetime) -> Secrecy:
    eligible, _ = sizes(session, at=now)
    is_possible = {s: s is not Secrecy.SECRET or eligible >= SECRET_ELIGIBLE_MIN for s in Secrecy}
    if draft.secrecy is None:
        return next((s for s in rule.secrecy if is_possible[s]), Secrecy.SEALED)
    if draft.secrecy not in rule.secrecy:
        text = say("Our rules do not allow this kind of secrecy here.")
        raise Invalid(text, secrecy=text)
    if not is_possible[draft.secrecy]:
        text = say(
            "With fewer than {count} voters, a secret vote keeps no secrets.",
            count=SECRET_ELIGIBLE_MIN,
        )
        raise Invalid(text, secrecy=text)
    return draft.secrecy


def _supersedes(session: Session, draft: Draft) -> list[str]:
    wanted = set(draft.supersedes)
    found = set(session.scalars(select(Proposal.id).where(Proposal.id.in_(wanted))))
    if wanted - found or len(wanted) > SUPERSEDES_MAX:
        text = say("There is no such decision.")
        raise Invalid(text, supersedes=text)
    return [str(id_) for id_ in sorted(wanted)]


def _check_review(draft: Draft, *, now: datetime) -> None:
    if draft.review_on is None:
        return
    if not may_be_reviewed(draft.type, (str(one.get("kind")) for one in draft.effects)):
        text = say("Only house rules and statements name a day on which they are looked at again.")
        raise Invalid(text, review_on=text)
    soonest, latest = now.date() + REVIEW_DAYS_MIN, now.date() + REVIEW_DAYS_MAX
    if not soonest <= draft.review_on <= latest:
        text = say("Choose a day between {soonest} and {latest}.", soonest=soonest, latest=latest)
        raise Invalid(text, review_on=text)


def _check_rate(session: Session, member_id: int, *, now: datetime) -> None:
    today = select(func.count(Proposal.id)).where(
        Proposal.author_id == member_id, Proposal.created_at > now - timedelta(days=1)
    )
    if (session.scalar(today) or 0) >= PROPOSALS_PER_DAY:
        raise Forbidden(
            say("A member makes at most {count} proposals a day.", count=PROPOSALS_PER_DAY)
        )
