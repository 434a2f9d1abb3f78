"""One proposal in full, as a viewer may see it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.canonical import digest
from app.core.errors import NotFound
from app.core.words import Words, say
from app.members.actor import Actor, Verb, may
from governance import documents, wording
from governance.constitution import rule_for
from governance.counting.yesno import CHOICES
from governance.effects import Effects, read_effect
from governance.eligibility import Why
from governance.lifecycle import UNDER_WAY, Act, State, allows
from governance.models import (
    Challenge,
    Comment,
    DocumentVersion,
    Elector,
    EnactmentOrder,
    Proposal,
    ProposalRevision,
    Second,
)
from governance.models.law import Slug
from governance.proposals import revision_of, seconds_needed
from governance.queries.lists import lines_of, visible_to
from governance.queries.people import people_by_id
from governance.roll import sizes, why_of
from governance.rules import Base, Choice, Method, RuleSet
from governance.service.voting import own_ballot
from governance.views import (
    ChallengeView,
    CommentView,
    Demands,
    DocumentChange,
    EffectView,
    ElectorateView,
    Person,
    ProposalLine,
    ProposalView,
    RevisionLine,
    RevisionView,
)


def visible(session: Session, proposal_id: int, viewer: Actor | None) -> Proposal:
    """Return the proposal if the viewer may see it. Raises: NotFound."""
    found = select(Proposal).where(Proposal.id == proposal_id, visible_to(viewer))
    proposal = session.scalar(found)
    if proposal is None:
        raise NotFound(say("There is no such proposal."))
    return proposal


def proposal_view(
    session: Session, proposal_id: int, *, viewer: Actor | None, effects: Effects, now: datetime
) -> ProposalView:
    """Return the proposal as it stands now. Raises: NotFound."""
    proposal = visible(session, proposal_id, viewer)
    revision = revision_of(session, proposal)
    rule = _rule(session, proposal, now=now)
    eligible, active = _sizes(session, proposal, now=now)
    seconds = _seconds(session, proposal)
    challenges = _challenges(session, proposal)
    return ProposalView(
        id=proposal.id,
        type=proposal.type,
        title=proposal.title,
        body=revision.body,
        state=proposal.state,
        author=people_by_id(session, [proposal.author_id])[proposal.author_id],
        method=proposal.method,
        secrecy=proposal.secrecy,
        effects=effect_views(revision.effects, effects),
        change=_change(session, revision),
        supersedes=[int(one) for one in revision.supersedes],
        review_on=revision.review_on,
        reviews=_reviewed(session, proposal, viewer, now=now),
        revision=proposal.revision,
        revisions=_revisions(session, proposal),
        text_hash=revision.hash,
        rule=rule,
        rule_hash=proposal.rule_hash or digest(rule.dump()),
        demands=demands_of(rule, proposal, eligible=eligible, active=active),
        seconds=seconds,
        seconds_needed=seconds_needed(rule, eligible),
        created_at=proposal.created_at,
        support_until=proposal.support_until,
        begins_at=proposal.begins_at,
        freezes_at=proposal.freezes_at,
        opens_at=proposal.opens_at,
        closes_at=proposal.closes_at,
        challenge_until=proposal.challenge_until,
        ratified_at=proposal.ratified_at,
        in_force_at=in_force_at(proposal, rule, revision, effects),
        prolonged=proposal.prolonged,
        electorate=_electorate(proposal),
        outcome=proposal.outcome,
        ended_because=proposal.ended_because,
        order_id=_order_id(session, proposal),
        challenges=challenges,
        conflicts=conflicts_of(session, proposal, revision, effects, viewer=viewer, now=now),
        acts=_acts(session, proposal, seconds, challenges, viewer=viewer, now=now),
        why=_why(session, proposal, viewer, now=now),
        voted=viewer is not None and _has_voted(session, proposal, viewer),
        is_author=viewer is not None and viewer.member_id == proposal.author_id,
        choices=[one for one in Choice if one in CHOICES[proposal.method]],
        reasons_required=rule.reasons,
    )


def revision_view(
    session: Session, proposal_id: int, number: int, *, viewer: Actor | None
) -> RevisionView:
    """Return one wording in full. Raises: NotFound."""
    proposal = visible(session, proposal_id, viewer)
    row = session.get(ProposalRevision, (proposal.id, number))
    if row is None:
        raise NotFound(say("There is no such version."))
    return RevisionView(row.number, row.title, row.body, row.effects, row.hash, row.created_at)


def comments(session: Session, proposal_id: int, *, viewer: Actor | None) -> Sequence[CommentView]:
    """Return what was said, each followed by its answers, oldest first. Raises: NotFound."""
    proposal = visible(session, proposal_id, viewer)
    rows = session.scalars(
        select(Comment).where(Comment.proposal_id == proposal.id).order_by(Comment.id)
    ).all()
    people = people_by_id(session, {row.member_id for row in rows})
    answers: dict[int | None, list[Comment]] = {}
    for row in rows:
        answers.setdefault(row.parent_id, []).append(row)
    ordered: list[CommentView] = []
    stack = list(reversed(answers.get(None, [])))
    while stack:
        row = stack.pop()
        person = people[row.member_id]
        ordered.append(
            CommentView(row.id, row.parent_id, row.depth, person, row.text, row.created_at)
        )
        stack.extend(reversed(answers.get(row.id, [])))
    return ordered


def effect_views(stored: Sequence[Mapping[str, Any]], effects: Effects) -> list[EffectView]:
    """Return stored effects with the sentences that describe them."""
    return [
        EffectView(
            kind=one["kind"],
            payload=one["payload"],
            preview=one["preview"],
            sentence=effects[one["kind"]].describe(one["preview"]),
            can_be_undone=effects[one["kind"]].inverse is not None,
        )
        for one in stored
    ]


def demands_of(rule: RuleSet, proposal: Proposal | None, *, eligible: int, active: int) -> Demands:
    """Return what the rule demands in sentences; of a proposal, by its method and secrecy."""
    base = active if rule.quorum.of is Base.ACTIVE else eligible
    method = proposal.method if proposal else rule.methods[0]
    return Demands(
        passes=passes_by(rule, method, eligible=eligible, active=active),
        quorum=wording.quorum_explained(rule, base=base),
        missed=wording.quorum_missed(rule),
        periods=wording.periods(rule, members=eligible),
        enacting=wording.who_enacts(rule.enacting),
        secrecy=wording.secrecy_sentence(proposal.secrecy if proposal else rule.secrecy[0]),
    )


def passes_by(rule: RuleSet, method: Method, *, eligible: int, active: int) -> Words:
    """Return what it takes to pass by one of the methods that the rule allows."""
    base = active if rule.quorum.of is Base.ACTIVE else eligible
    return wording.demands(rule, method, base=base)


def in_force_at(
    proposal: Proposal, rule: RuleSet, revision: ProposalRevision, effects: Effects
) -> datetime | None:
    """Return when the decision takes effect if it passes and is carried out at once."""
    settled = proposal.ratified_at or proposal.challenge_until
    if settled is None and proposal.closes_at is not None:
        settled = proposal.closes_at + timedelta(days=rule.days.challenge)
    if settled is None:
        return None
    planned = [read_effect(effects, one) for one in revision.effects]
    days = [rule.days.notice, *(one.effect.notice_days(one.payload) for one in planned)]
    return settled + timedelta(days=max(days))


def conflicts_of(
    session: Session,
    proposal: Proposal,
    revision: ProposalRevision,
    effects: Effects,
    *,
    viewer: Actor | None,
    now: datetime,
) -> Sequence[ProposalLine]:
    """Return other proposals under way that are about the same matter."""
    if proposal.state not in UNDER_WAY | {State.DRAFT} or not revision.effects:
        return []
    mine = _subjects(revision, effects)
    others = session.execute(
        select(Proposal, ProposalRevision)
        .join(
            ProposalRevision,
            (ProposalRevision.proposal_id == Proposal.id)
            & (ProposalRevision.number == Proposal.revision),
        )
        .where(
            Proposal.id != proposal.id,
            Proposal.type == proposal.type,
            Proposal.state.in_(UNDER_WAY),
        )
        .limit(100)
    )
    found = [other for other, its in others if mine & _subjects(its, effects)]
    return lines_of(session, found, viewer=viewer, now=now)


def _subjects(revision: ProposalRevision, effects: Effects) -> set[str]:
    planned = [read_effect(effects, one) for one in revision.effects]
    subjects = (one.effect.subject(one.payload) for one in planned)
    return {subject for subject in subjects if subject is not None}


def _rule(session: Session, proposal: Proposal, *, now: datetime) -> RuleSet:
    if proposal.rule is not None:
        return proposal.frozen_rule
    return rule_for(session, proposal.type, at=now)


def _sizes(session: Session, proposal: Proposal, *, now: datetime) -> tuple[int, int]:
    if proposal.eligible is not None and proposal.active is not None:
        return proposal.eligible, proposal.active
    return sizes(session, at=now)


def _change(session: Session, revision: ProposalRevision) -> DocumentChange | None:
    adopted = [one for one in revision.effects if one["kind"] == documents.KIND]
    if not adopted:
        return None
    payload, preview = adopted[0]["payload"], adopted[0]["preview"]
    replaces, before = preview["replaces"], None
    if replaces is not None:
        key = (Slug(payload["slug"]), replaces["version"])
        before = session.get_one(DocumentVersion, key)
    return DocumentChange(
        slug=Slug(payload["slug"]),
        title=preview["title"],
        before_version=before.version if before else 0,
        before=before.text if before else "",
        after=payload["text"],
    )


def _revisions(session: Session, proposal: Proposal) -> Sequence[RevisionLine]:
    columns = (
        ProposalRevision.number,
        ProposalRevision.title,
        ProposalRevision.hash,
        ProposalRevision.created_at,
    )
    rows = session.execute(
        select(*columns)
        .where(ProposalRevision.proposal_id == proposal.id)
        .order_by(ProposalRevision.number.desc())
    )
    return [RevisionLine(*row) for row in rows]


def _seconds(session: Session, proposal: Proposal) -> Sequence[Person]:
    ids = session.scalars(
        select(Second.member_id)
        .where(Second.proposal_id == proposal.id)
        .order_by(Second.created_at, Second.member_id)
    ).all()
    people = people_by_id(session, ids)
    return [people[id_] for id_ in ids]


def _electorate(proposal: Proposal) -> ElectorateView | None:
    if proposal.electorate_hash is None:
        return None
    assert proposal.eligible is not None
    assert proposal.active is not None
    return ElectorateView(proposal.eligible, proposal.active, proposal.electorate_hash)


def _reviewed(
    session: Session, proposal: Proposal, viewer: Actor | None, *, now: datetime
) -> ProposalLine | None:
    if proposal.reviews_id is None:
        return None
    found = session.get_one(Proposal, proposal.reviews_id)
    return lines_of(session, [found], viewer=viewer, now=now)[0]


def _order_id(session: Session, proposal: Proposal) -> int | None:
    made = select(EnactmentOrder.id).where(EnactmentOrder.proposal_id == proposal.id)
    order_id: int | None = session.scalar(made)
    return order_id


def _challenges(session: Session, proposal: Proposal) -> Sequence[ChallengeView]:
    rows = session.scalars(
        select(Challenge).where(Challenge.proposal_id == proposal.id).order_by(Challenge.id)
    ).all()
    ids = {row.member_id for row in rows} | {row.ruled_by_id for row in rows if row.ruled_by_id}
    people = people_by_id(session, ids)
    return [
        ChallengeView(
            id=row.id,
            proposal_id=row.proposal_id,
            member=people[row.member_id],
            words=row.words,
            created_at=row.created_at,
            answer_by=row.answer_by,
            ruling=row.ruling,
            ruled_by=people[row.ruled_by_id] if row.ruled_by_id else None,
            ruled_at=row.ruled_at,
            answer=row.answer,
        )
        for row in rows
    ]


def _acts(
    session: Session,
    proposal: Proposal,
    seconds: Sequence[Person],
    challenges: Sequence[ChallengeView],
    *,
    viewer: Actor | None,
    now: datetime,
) -> frozenset[Act]:
    """Return what the viewer may do now, by the same conditions as the use cases."""
    if viewer is None:
        return frozenset()
    is_author = viewer.member_id == proposal.author_id
    writes, votes = may(viewer, Verb.PROPOSE), may(viewer, Verb.VOTE)
    is_in_time = {
        Act.EDIT: proposal.freezes_at is None or now < proposal.freezes_at,
        Act.SECOND: proposal.support_until is None or now < proposal.support_until,
        Act.WITHDRAW: proposal.closes_at is None or now < proposal.closes_at,
        Act.VOTE: _is_open(proposal, now=now),
        Act.CHALLENGE: proposal.challenge_until is None or now < proposal.challenge_until,
    }
    has_seconded = viewer.member_id in {person.member_id for person in seconds}
    has_challenged = viewer.member_id in {one.member.member_id for one in challenges}
    standing = why_of(session, viewer.member_id, at=now) is Why.IN_STANDING
    is_ones_own = {
        Act.EDIT: is_author and writes,
        Act.SUBMIT: is_author and writes and standing,
        Act.SECOND: not is_author and writes and standing and not has_seconded,
        Act.COMMENT: may(viewer, Verb.WRITE),
        Act.WITHDRAW: is_author,
        Act.VOTE: votes and _elected(session, proposal, viewer),
        Act.CHALLENGE: votes and not has_challenged,
    }
    return frozenset(
        act
        for act in Act
        if allows(proposal.state, act) and is_in_time.get(act, True) and is_ones_own[act]
    )


def _is_open(proposal: Proposal, *, now: datetime) -> bool:
    if proposal.state is not State.VOTING:
        return False
    return proposal.dates.opens_at <= now < proposal.dates.closes_at


def _elected(session: Session, proposal: Proposal, viewer: Actor) -> bool:
    elector = session.get(Elector, (proposal.id, viewer.member_id))
    return elector is not None and elector.why is Why.IN_STANDING


def _why(
    session: Session, proposal: Proposal, viewer: Actor | None, *, now: datetime
) -> Why | None:
    if viewer is None:
        return None
    if proposal.electorate_hash is None:
        return why_of(session, viewer.member_id, at=now)
    elector = session.get(Elector, (proposal.id, viewer.member_id))
    return elector.why if elector else Why.NOT_YET_A_MEMBER


def _has_voted(session: Session, proposal: Proposal, viewer: Actor) -> bool:
    return own_ballot(session, proposal.id, actor=viewer) is not None
