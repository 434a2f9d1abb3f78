"""What the demo's people decide: proposals in every state, each by the real life cycle."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import Conflict, Forbidden
from app.core.records import Record, replace
from app.demo.accounts import spend
from app.demo.people import LEAVER
from app.demo.story import DAY, HOUR, Stage
from app.members.actor import Actor
from app.members.service import leave
from dues.treasury.spending import Spent
from governance.constitution import rule_for
from governance.effects import Effects
from governance.eligibility import Why
from governance.guard import enact
from governance.lifecycle import State
from governance.models.orders import EnactmentOrder, OrderState
from governance.models.proposals import Proposal
from governance.models.votes import Elector
from governance.roll import why_of
from governance.rules import Days, DecisionType, Method
from governance.service.challenging import challenge_decision, rule_on_challenge
from governance.service.drafting import Draft, draft_proposal, withdraw_proposal
from governance.service.supporting import second_proposal, submit_proposal
from governance.service.talking import comment
from governance.service.voting import cast_ballot

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
# Who speaks for a proposal whose author has no vote, or no place in a smaller Riverside.
SPEAKERS: Final = ("maren", "ines", "femi", "ada")
CHALLENGER: Final = "maren"
REASONS: Final = (
    "I asked three neighbours, and they all said the same.",
    "Let us try it for a year.",
    "It costs little and helps those who have least time.",
    "I do not need it myself, but I see who does.",
    "Clear, short, and I understood it at once.",
)
BLOCKED_BECAUSE: Final = "It would close the only warm room that some of us have."


class Matter(Record):
    """A proposal of the demo. `ends` says how far it goes; shares are percent of who votes.

    `before_end` is how many days before the story's end it is handed in; None: so that it is
    halfway through the stage named by `ends`. `bill` is what is bought once it is settled.
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
    bill: Spent | None = None


class Course(Record):
    """A matter on its way: the proposal that it became, and what its effects can do."""

    matter: Matter
    effects: Effects
    proposal_id: int
    author: str
    has_voted: bool = False


def plan_matter(stage: Stage, matter: Matter, *, effects: Effects, end: datetime) -> None:
    """Write the life of a proposal into the story's plan."""
    with stage.kernel.db.read.begin() as session:
        days = rule_for(session, matter.type, at=stage.now).days
    if matter.before_end is not None:
        begins = end - matter.before_end * DAY
    else:
        begins = end - _halfway(days)[matter.ends]
    stage.at(begins, lambda s: _draft(s, matter, effects))


def _halfway(days: Days) -> Mapping[str, timedelta]:
    """Return how long after its draft a proposal is in the middle of each stage."""
    talk = DAY + 7 * HOUR  # It is handed in after a day, and supported some hours later.
    vote = talk + days.deliberation * DAY
    return {
        "draft": DAY,
        "seeking_support": 2 * DAY,
        "deliberation": talk + (days.deliberation - days.frozen) * DAY / 2,
        "notice": vote - days.frozen * DAY / 2,
        "voting": vote + days.voting * DAY / 2,
        "challengeable": vote + days.voting * DAY + days.challenge * DAY / 3,
        "queued": vote + (days.voting + days.challenge + 2) * DAY,
    }


def _draft(stage: Stage, matter: Matter, effects: Effects) -> None:
    with stage.kernel.db.write.begin() as session:
        author = _author(stage, session, matter)
        actor = stage.actor(session, author)
        draft = Draft(
            type=matter.type,
            title=matter.title,
            body=matter.body,
            effects=matter.effects,
            method=matter.method,
        )
        proposal = draft_proposal(session, draft, actor=actor, effects=effects, now=stage.now)
        course = Course(matter, effects, proposal.id, author)
        seconders = rule_for(session, matter.type, at=stage.now).seconders.count
    if matter.ends == "draft":
        return
    stage.at(stage.now + DAY, partial(_submit, course=course))
    if matter.ends != "seeking_support":
        _plan_talk(stage, course, seconders=seconders)


def _author(stage: Stage, session: Session, matter: Matter) -> str:
    """Return who writes the proposal: its author if they live here and have a vote."""
    member_id = stage.cast.get(matter.author)
    if member_id is not None and why_of(session, member_id, at=stage.now) is Why.IN_STANDING:
        return matter.author
    return stage.random.choice(SPEAKERS)


def _plan_talk(stage: Stage, course: Course, *, seconders: int) -> None:
    """Let others support and discuss it, and look in on it when it opens."""
    others = [h for h in stage.cast if h != course.author]
    for number, who in enumerate(stage.random.sample(others, min(seconders + 4, len(others)))):
        moment = stage.now + DAY + (4 + 3 * number) * HOUR
        stage.at(moment, partial(_second, who=who, proposal_id=course.proposal_id))
    said: list[int] = []
    for number, remark in enumerate(course.matter.remarks):
        moment = stage.now + 2 * DAY + (1 + 3 * number) * HOUR
        who = others[(7 * number + 3) % len(others)]
        stage.at(moment, partial(_remark, who=who, course=course, text=remark, said=said))
    if course.matter.ends == "withdrawn":
        stage.at(stage.now + 3 * DAY, partial(_withdraw, course=course))
    else:
        stage.at(stage.now + 2 * DAY, partial(_look_in, course=course))


def _look_in(stage: Stage, course: Course) -> None:
    """Look how far a proposal has come, let people do what is theirs, and look again in time."""
    with stage.kernel.db.read.begin() as session:
        proposal = session.get_one(Proposal, course.proposal_id)
        state = proposal.state
        moments = (proposal.opens_at, proposal.closes_at, proposal.challenge_until)
    opens_at, closes_at, challenge_until = moments
    if state is State.VOTING and not course.has_voted and closes_at is not None:
        _plan_votes(stage, course, closes=closes_at)
        course = replace(course, has_voted=True)
    if state is State.CHALLENGEABLE and course.matter.ends == "voided":
        _challenge(stage, course)
    elif state is State.QUEUED and course.matter.ends in ("enacted", "failed_enactment"):
        _carry_out(stage, course)
    elif state is State.RATIFIED and course.matter.bill is not None:
        stage.at(stage.now + 3 * DAY, partial(_buy, course=course))
    elif state in GOES_ON:
        known = (moment for moment in (opens_at, closes_at, challenge_until) if moment)
        later = [moment + HOUR for moment in known if moment + HOUR > stage.now]
        stage.at(min(later, default=stage.now + DAY), partial(_look_in, course=course))


def _submit(stage: Stage, course: Course) -> None:
    with stage.kernel.db.write.begin() as session:
        actor = stage.actor(session, course.author)
        submit_proposal(session, course.proposal_id, actor=actor, now=stage.now)


def _second(stage: Stage, who: str, proposal_id: int) -> None:
    if who not in stage.cast:
        return
    with stage.kernel.db.write.begin() as session:
        actor = stage.actor(session, who)
        try:
            second_proposal(session, proposal_id, actor=actor, now=stage.now)
        except (Forbidden, Conflict):  # Without a vote, or when there are supporters enough.
            return


def _remark(stage: Stage, who: str, course: Course, text: str, said: list[int]) -> None:
    """Say something; every other remark answers the one before it."""
    if who not in stage.cast:
        return
    with stage.kernel.db.write.begin() as session:
        remark = comment(
            session,
            course.proposal_id,
            actor=stage.actor(session, who),
            text=text,
            parent_id=said[-1] if len(said) % 2 else None,
            now=stage.now,
        )
        said.append(remark.id)


def _withdraw(stage: Stage, course: Course) -> None:
    with stage.kernel.db.write.begin() as session:
        actor = stage.actor(session, course.author)
        withdraw_proposal(session, course.proposal_id, actor=actor, now=stage.now)


def _buy(stage: Stage, course: Course) -> None:
    assert course.matter.bill is not None
    bill = replace(course.matter.bill, on=stage.now.date(), decision_id=course.proposal_id)
    spend(stage, bill)


def _challenge(stage: Stage, course: Course) -> None:
    with stage.kernel.db.write.begin() as session:
        actor = stage.actor(session, CHALLENGER)
        words = "The reminder mail named the wrong closing day, so some of us came too late."
        challenge = challenge_decision(
            session, course.proposal_id, actor=actor, words=words, now=stage.now
        )
        challenge_id = challenge.id
    stage.at(stage.now + DAY, partial(_uphold, challenge_id=challenge_id, effects=course.effects))


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


def _plan_votes(stage: Stage, course: Course, *, closes: datetime) -> None:
    matter = course.matter
    with stage.kernel.db.read.begin() as session:
        on_roll = select(Elector.member_id).where(
            Elector.proposal_id == course.proposal_id, Elector.why == Why.IN_STANDING
        )
        electors = set(session.scalars(on_roll))
    able = [handle for handle, member_id in stage.cast.items() if member_id in electors]
    voters = stage.random.sample(able, round(len(able) * matter.turnout / 100))
    minutes_left = int((closes - stage.now).total_seconds()) // 60
    for number, who in enumerate(voters):
        choice = choice_of(matter, number, count=len(voters))
        moments = [stage.random.randrange(10, minutes_left - 10)]
        if not stage.random.randrange(15):  # Some think again, and put in another paper.
            moments.append(stage.random.randrange(moments[0], minutes_left - 5))
        for minute in moments:
            moment = stage.now + timedelta(minutes=minute)
            stage.at(moment, partial(_vote, who=who, course=course, choice=choice))


def choice_of(matter: Matter, number: int, *, count: int) -> str:
    """Return what the voter with this number says, so that the shares come out as planned."""
    noes = matter.blocks + round(count * matter.no / 100)
    if number < matter.blocks:
        return "block"
    if number < noes:
        return "no"
    return "abstain" if number < noes + round(count * matter.abstain / 100) else "yes"


def _vote(stage: Stage, who: str, course: Course, choice: str) -> None:
    if who not in stage.cast:
        return
    reason = "" if stage.random.randrange(6) else stage.random.choice(REASONS)
    with stage.kernel.db.write.begin() as session:
        cast_ballot(
            session,
            course.proposal_id,
            actor=stage.actor(session, who),
            marks={"choice": choice},
            reason=BLOCKED_BECAUSE if choice == "block" else reason if choice == "yes" else "",
            now=stage.now,
            draw=lambda: stage.random.randbytes(32).hex(),
        )


def _carry_out(stage: Stage, course: Course) -> None:
    with stage.kernel.db.read.begin() as session:
        order = session.scalars(
            select(EnactmentOrder).where(EnactmentOrder.proposal_id == course.proposal_id)
        ).one()
        order_id, enacting = order.id, order.not_before
    moment = max(enacting, stage.now) + 9 * HOUR
    if course.matter.ends == "failed_enactment":
        stage.at(moment - HOUR, _move_away)
    stage.at(moment, partial(_enact, order_id=order_id, effects=course.effects))


def _move_away(stage: Stage) -> None:
    with stage.kernel.db.write.begin() as session:
        leave(session, member_id=stage.cast.pop(LEAVER.handle), now=stage.now)


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
