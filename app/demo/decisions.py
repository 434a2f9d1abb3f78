"""What the demo's people decide: proposals in every state, each by the real life cycle."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from sqlalchemy import select

from app.core.errors import Conflict, Forbidden
from app.demo.story import Stage
from app.members.actor import Actor
from governance.constitution import rule_for
from governance.effects import Effects
from governance.guard import enact
from governance.lifecycle import State
from governance.models.orders import EnactmentOrder, OrderState
from governance.models.proposals import Proposal
from governance.rules import DecisionType, Method
from governance.service.challenging import challenge_decision, rule_on_challenge
from governance.service.drafting import Draft, draft_proposal, withdraw_proposal
from governance.service.supporting import second_proposal, submit_proposal
from governance.service.talking import comment
from governance.service.voting import cast_ballot

DAY: Final = timedelta(days=1)
GOES_ON: Final = frozenset(
    {
        State.SEEKING_SUPPORT,
        State.DELIBERATION,
        State.NOTICE,
        State.VOTING,
        State.CHALLENGEABLE,
        State.QUEUED,
    }
)
PROOF: Final = "https://riverside.example/minutes"


@dataclass(frozen=True, slots=True)
class Matter:
    """A proposal of the demo. `ends` says how far it goes; shares are percent of who votes.

    `before_end` is how many days before the story's end it is handed in; None: so that it is
    halfway through the stage named by `ends`.
    """

    author: str
    type: DecisionType
    title: str
    body: str
    effects: Sequence[Mapping[str, Any]] = ()
    method: Method | None = None
    before_end: int | None = None
    ends: str = "enacted"
    turnout: int = 60
    no: int = 15
    abstain: int = 8
    blocks: int = 0
    remarks: Sequence[str] = ()


def plan_matter(stage: Stage, matter: Matter, *, effects: Effects, end: datetime) -> None:
    """Write the life of a proposal into the story's plan."""
    with stage.kernel.db.read.begin() as session:
        days = rule_for(session, matter.type, at=stage.now).days
    if matter.before_end is not None:
        begins = end - matter.before_end * DAY
    else:
        until_vote = 2 + days.deliberation
        waits = {
            "draft": 1,
            "seeking_support": 2,
            "deliberation": 2 + max(days.deliberation - days.frozen, 1) // 2,
            "notice": until_vote - 0.5 * days.frozen,
            "voting": until_vote + days.voting // 2,
            "challengeable": until_vote + days.voting + 2,
            "queued": until_vote + days.voting + days.challenge + 2,
        }
        begins = end - waits[matter.ends] * DAY
    stage.at(begins, lambda s: _draft(s, matter, effects))


def _draft(stage: Stage, matter: Matter, effects: Effects) -> None:
    with stage.kernel.db.write.begin() as session:
        actor = stage.actor(session, matter.author)
        draft = Draft(
            type=matter.type,
            title=matter.title,
            body=matter.body,
            effects=matter.effects,
            method=matter.method,
        )
        proposal = draft_proposal(session, draft, actor=actor, effects=effects, now=stage.now)
        proposal_id = proposal.id
        seconders = rule_for(session, matter.type, at=stage.now).seconders.count
    if matter.ends == "draft":
        return
    stage.at(stage.now + DAY, lambda s: _submit(s, matter, proposal_id))
    if matter.ends == "seeking_support":
        return
    others = [h for h in stage.cast if h != matter.author]
    for number in range(seconders + 1):
        moment = stage.now + DAY + timedelta(hours=4 + 5 * number)
        stage.at(moment, partial(_second, who=others[number], proposal_id=proposal_id))
    for number, remark in enumerate(matter.remarks):
        moment = stage.now + 2 * DAY + timedelta(hours=3 * number)
        who = others[(7 * number + 3) % len(others)]
        stage.at(moment, partial(_remark, who=who, proposal_id=proposal_id, text=remark))
    if matter.ends == "withdrawn":
        stage.at(stage.now + 3 * DAY, lambda s: _withdraw(s, matter, proposal_id))
        return
    stage.at(
        stage.now + 2 * DAY,
        partial(_watch, matter=matter, proposal_id=proposal_id, effects=effects),
    )


def _watch(
    stage: Stage, matter: Matter, proposal_id: int, effects: Effects, *, has_voted: bool = False
) -> None:
    """Look twice a day how far a proposal has come, and let people do what is theirs to do."""
    with stage.kernel.db.read.begin() as session:
        proposal = session.get_one(Proposal, proposal_id)
        state, closes_at = proposal.state, proposal.closes_at
    if state is State.VOTING and not has_voted and closes_at is not None:
        _plan_votes(stage, matter, proposal_id, closes=closes_at)
        has_voted = True
    if state is State.CHALLENGEABLE and matter.ends == "voided":
        _challenge(stage, "bo", proposal_id, effects)
        return
    if state is State.QUEUED and matter.ends == "enacted":
        _carry_out(stage, proposal_id, effects)
        return
    if state in GOES_ON:
        again = partial(
            _watch, matter=matter, proposal_id=proposal_id, effects=effects, has_voted=has_voted
        )
        stage.at(stage.now + timedelta(hours=12), again)


def _submit(stage: Stage, matter: Matter, proposal_id: int) -> None:
    with stage.kernel.db.write.begin() as session:
        actor = stage.actor(session, matter.author)
        submit_proposal(session, proposal_id, actor=actor, now=stage.now)


def _second(stage: Stage, who: str, proposal_id: int) -> None:
    with stage.kernel.db.write.begin() as session:
        actor = stage.actor(session, who)
        try:
            second_proposal(session, proposal_id, actor=actor, now=stage.now)
        except (Forbidden, Conflict):  # Without a vote, or when there are supporters enough.
            return


def _remark(stage: Stage, who: str, proposal_id: int, text: str) -> None:
    with stage.kernel.db.write.begin() as session:
        comment(session, proposal_id, actor=stage.actor(session, who), text=text, now=stage.now)


def _withdraw(stage: Stage, matter: Matter, proposal_id: int) -> None:
    with stage.kernel.db.write.begin() as session:
        actor = stage.actor(session, matter.author)
        withdraw_proposal(session, proposal_id, actor=actor, now=stage.now)


def _challenge(stage: Stage, who: str, proposal_id: int, effects: Effects) -> None:
    with stage.kernel.db.write.begin() as session:
        actor = stage.actor(session, who)
        words = "The reminder mail named the wrong closing day, so some of us came too late."
        challenge = challenge_decision(
            session, proposal_id, actor=actor, words=words, now=stage.now
        )
        challenge_id = challenge.id
    stage.at(stage.now + DAY, lambda s: _uphold(s, challenge_id, effects))


def _uphold(stage: Stage, challenge_id: int, effects: Effects) -> None:
    with stage.kernel.db.write.begin() as session:
        rule_on_challenge(
            session,
            challenge_id,
            actor=stage.actor(session, "femi"),
            upheld=True,
            answer="That is so. We hold the vote again with the right dates.",
            effects=effects,
            now=stage.now,
        )


def _plan_votes(stage: Stage, matter: Matter, proposal_id: int, *, closes: datetime) -> None:
    voters = [h for h in stage.cast if stage.random.randrange(100) < matter.turnout]
    minutes_left = int((closes - stage.now).total_seconds()) // 60
    for number, who in enumerate(voters):
        dice = stage.random.randrange(100)
        moment = stage.now + timedelta(minutes=stage.random.randrange(10, minutes_left - 10))
        choice = _choice(matter, dice, number)
        stage.at(moment, partial(_vote, who=who, proposal_id=proposal_id, choice=choice))


def _choice(matter: Matter, dice: int, number: int) -> str:
    if number < matter.blocks:
        return "block"
    if dice < matter.no:
        return "no"
    return "abstain" if dice < matter.no + matter.abstain else "yes"


def _vote(stage: Stage, who: str, proposal_id: int, choice: str) -> None:
    with stage.kernel.db.write.begin() as session:
        actor = stage.actor(session, who)
        reason = "It would close the only warm room we have." if choice == "block" else ""
        try:
            cast_ballot(
                session,
                proposal_id,
                actor=actor,
                marks={"choice": choice},
                reason=reason,
                now=stage.now,
            )
        except Forbidden:  # They were not on the roll when voting opened.
            return


def _carry_out(stage: Stage, proposal_id: int, effects: Effects) -> None:
    with stage.kernel.db.write.begin() as session:
        order = session.scalar(
            select(EnactmentOrder).where(EnactmentOrder.proposal_id == proposal_id)
        )
        if order is None:
            return  # It did not pass, or there is nothing to carry out.
        order_id, enacting = order.id, order.not_before
    moment = max(enacting, stage.now) + timedelta(hours=9)
    stage.at(moment, lambda s: _enact(s, order_id, effects))


def gains(measure: Sequence[Mapping[str, Any]], actor: Actor) -> bool:
    """Return whether the actor would get something out of an order; then another one enacts."""
    return any(one["payload"].get("member") == str(actor.member_id) for one in measure)


def _enact(stage: Stage, order_id: int, effects: Effects) -> None:
    for who in stage.cast:
        with stage.kernel.db.write.begin() as session:
            order = session.get_one(EnactmentOrder, order_id)
            actor = stage.actor(session, who)
            if order.office not in actor.offices:
                continue
            if order.state is not OrderState.WAITING or gains(order.measure, actor):
                continue
            enact(session, order_id, actor=actor, effects=effects, now=stage.now, proof=PROOF)
            return
