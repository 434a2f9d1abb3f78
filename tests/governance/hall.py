"""A co-op with a handful of members and a clock: what the tests of deciding act on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core import ids
from app.core.chain import ChainEntry, verify_all
from app.core.chain import entries as chain_entries
from app.core.db import Database
from app.core.events import publish
from app.core.runner import Runner
from app.instance.events import CoopFounded
from app.instance.models import Coop
from app.instance.presets import Preset
from app.members.actor import Actor
from app.members.mandates import grant_caretaker
from app.members.models import Member
from app.members.offices import Office
from app.members.queries import offices_of
from app.wiring import EFFECTS
from governance import guard, orders, service
from governance.lifecycle import State
from governance.models import EnactmentOrder, Proposal
from governance.rules import DecisionType
from governance.seals import LOG
from governance.service import Draft, Receipt
from tests.engines import opened
from tests.factories import NOON, make_member
from tests.fakes import FixedClock

NEW_TERMS = "# Terms\n\nThe last copy leaves our backups within 14 days.\n"
TERMS = {"kind": "document.adopt", "payload": {"slug": "terms", "text": NEW_TERMS}}
ELECTORATE = ("ada", "bo", "cleo", "dov", "eve")


@dataclass
class Hall:
    """The members by name, and what they do; each act is a transaction of its own."""

    db: Database
    clock: FixedClock
    runner: Runner
    members: dict[str, int] = field(default_factory=dict)
    effects: Any = field(default_factory=lambda: EFFECTS)

    @property
    def now(self) -> datetime:
        """The time."""
        return self.clock.now()

    def found(
        self, preset: Preset = Preset.SMALL, *, members: Sequence[str] = ELECTORATE
    ) -> "Hall":
        """Found the co-op; the first member is its founder and holds all offices."""
        with self.db.write.begin() as session:
            for name in members:
                self.members[name] = make_member(session, username=name).id
            founder = self.members[members[0]]
            coop = Coop(
                name="Riverside",
                tagline="",
                currency="USD",
                preset=preset,
                contact="hello@riverside.example",
                founded_at=self.now,
            )
            session.add(coop)
            session.flush()
            for office in Office:
                grant_caretaker(session, member_id=founder, office=office, now=self.now)
            publish(
                session,
                CoopFounded(coop.id, founder, coop.name, preset, at=self.now),
            )
        return self

    def enter(self) -> "Hall":
        """Meet the members of a co-op that was founded before."""
        with self.db.read.begin() as session:
            names = (
                select(Account.username, Member.id)
                .join(Member, Member.account_id == Account.id)
                .order_by(Member.id)
            )
            self.members = dict(session.execute(names).all())
        return self

    def add(self, name: str, **given: Any) -> int:
        """Add a member."""
        with self.db.write.begin() as session:
            self.members[name] = make_member(session, username=name, **given).id
        return self.members[name]

    def actor(self, name: str) -> Actor:
        """Return the member as a request would make them: with the offices of this moment."""
        with self.db.read.begin() as session:
            member = session.get_one(Member, self.members[name])
            return Actor(
                member_id=member.id,
                account_id=member.account_id,
                offices=offices_of(session, member.id, at=self.now),
                state=member.state,
            )

    def draft(self, name: str = "bo", **given: Any) -> int:
        """Draft a change of the terms, unless told otherwise."""
        content = {
            "type": DecisionType.TERMS,
            "title": "Delete what people delete",
            "body": "Gone should mean gone.",
            "effects": [TERMS],
        } | given
        with self.db.write.begin() as session:
            return service.draft_proposal(
                session,
                Draft(**content),
                actor=self.actor(name),
                effects=self.effects,
                now=self.now,
            ).id

    def revise(self, proposal_id: int, name: str = "bo", **given: Any) -> None:
        """Change the wording."""
        content = {
            "type": DecisionType.TERMS,
            "title": "Delete what people delete",
            "body": "Gone should mean gone, soon.",
            "effects": [TERMS],
        } | given
        with self.db.write.begin() as session:
            service.revise_proposal(
                session,
                proposal_id,
                Draft(**content),
                actor=self.actor(name),
                effects=self.effects,
                now=self.now,
            )

    def submit(self, proposal_id: int, name: str = "bo") -> None:
        """Hand a draft in."""
        with self.db.write.begin() as session:
            service.submit_proposal(session, proposal_id, actor=self.actor(name), now=self.now)

    def second(self, proposal_id: int, name: str = "cleo") -> None:
        """Support a proposal."""
        with self.db.write.begin() as session:
            service.second_proposal(session, proposal_id, actor=self.actor(name), now=self.now)

    def withdraw(self, proposal_id: int, name: str = "bo") -> None:
        """Take a proposal back."""
        with self.db.write.begin() as session:
            service.withdraw_proposal(session, proposal_id, actor=self.actor(name), now=self.now)

    def deliberating(self, name: str = "bo", **given: Any) -> int:
        """Bring a proposal to its deliberation."""
        proposal_id = self.draft(name, **given)
        self.submit(proposal_id, name)
        if self.state(proposal_id) is State.SEEKING_SUPPORT:
            others = [one for one in self.members if one != name]
            for other in others:
                if self.state(proposal_id) is State.SEEKING_SUPPORT:
                    self.second(proposal_id, other)
        return proposal_id

    def voting(self, name: str = "bo", **given: Any) -> int:
        """Bring a proposal to the vote."""
        proposal_id = self.deliberating(name, **given)
        self.go_to(self.proposal(proposal_id).opens_at)
        assert self.state(proposal_id) is State.VOTING
        return proposal_id

    def vote(self, proposal_id: int, name: str, choice: str = "yes", reason: str = "") -> Receipt:
        """Cast a ballot."""
        with self.db.write.begin() as session:
            return service.cast_ballot(
                session,
                proposal_id,
                actor=self.actor(name),
                marks={"choice": choice},
                reason=reason,
                now=self.now,
            )

    def closed(self, proposal_id: int, votes: Mapping[str, str] | None = None) -> int:
        """Let members vote (all yes unless told otherwise) and the vote close."""
        votes = dict.fromkeys(self.members, "yes") if votes is None else votes
        for name, choice in votes.items():
            self.vote(proposal_id, name, choice, reason="For a reason.")
        self.go_to(self.proposal(proposal_id).closes_at)
        return proposal_id

    def queued(self, name: str = "bo", **given: Any) -> int:
        """Bring a proposal to the point where its order waits; return the order's id."""
        proposal_id = self.closed(self.voting(name, **given))
        self.go_to(self.proposal(proposal_id).challenge_until)
        assert self.state(proposal_id) is State.QUEUED
        return self.order_of(proposal_id).id

    def enact(self, order_id: int, name: str = "ada", proof: str | None = None) -> None:
        """Carry an order out."""
        with self.db.write.begin() as session:
            guard.enact(
                session,
                order_id,
                actor=self.actor(name),
                effects=self.effects,
                now=self.now,
                proof=proof,
            )

    def approve(self, order_id: int, name: str) -> None:
        """Sign an order."""
        with self.db.write.begin() as session:
            orders.approve(
                session, order_id, actor=self.actor(name), effects=self.effects, now=self.now
            )

    def challenge(
        self, proposal_id: int, name: str, words: str = "The reminders never came."
    ) -> int:
        """Challenge how a vote was held."""
        with self.db.write.begin() as session:
            return service.challenge_decision(
                session, proposal_id, actor=self.actor(name), words=words, now=self.now
            ).id

    def rule(self, challenge_id: int, name: str, *, upheld: bool = False) -> None:
        """Answer a challenge."""
        with self.db.write.begin() as session:
            service.rule_on_challenge(
                session,
                challenge_id,
                actor=self.actor(name),
                upheld=upheld,
                answer="I looked into it.",
                effects=self.effects,
                now=self.now,
            )

    def go_to(self, moment: datetime | None) -> None:
        """Let the clock go on to `moment`, and time do its work."""
        assert moment is not None
        assert moment >= self.now
        self.clock.set(moment)
        self.runner.run_until_idle()

    def pass_days(self, days: float) -> None:
        """Let days go by, and time do its work."""
        self.go_to(self.now + timedelta(days=days))

    def proposal(self, proposal_id: int) -> Proposal:
        """Return the proposal as it stands."""
        with self.db.read.begin() as session:
            return session.get_one(Proposal, proposal_id)

    def state(self, proposal_id: int) -> State:
        """Return the state of the proposal."""
        return self.proposal(proposal_id).state

    def order_of(self, proposal_id: int) -> EnactmentOrder:
        """Return the order of the proposal."""
        with self.db.read.begin() as session:
            made = select(EnactmentOrder).where(EnactmentOrder.proposal_id == proposal_id)
            return session.scalars(made).one()

    def order(self, order_id: int) -> EnactmentOrder:
        """Return the order."""
        with self.db.read.begin() as session:
            return session.get_one(EnactmentOrder, order_id)

    def log(self) -> Sequence[ChainEntry]:
        """Return the log."""
        with self.db.read.begin() as session:
            return chain_entries(session, LOG)

    def log_of(self, proposal_id: int) -> list[str]:
        """Return the kinds of the entries about a proposal."""
        mine = str(proposal_id)
        return [one.kind for one in self.log() if one.payload.get("proposal") == mine]

    def check_chains(self) -> None:
        """Fail unless every chain holds."""
        with self.db.read.begin() as session:
            assert verify_all(session) is None

    def scalars(self, statement: Any) -> list[Any]:
        """Return the rows of a query."""
        with self.db.read.begin() as session:
            return list(session.scalars(statement))

    def session(self) -> Session:
        """Return a write session that a test ends itself."""
        return self.db.write()


def found_small_coop(url: str) -> None:
    """Found the small co-op of five in the migrated database at `url`, at noon."""
    clock = FixedClock(NOON)
    ids.configure(node=0, now_ms=lambda: int(clock.now().timestamp() * 1000))
    with opened(url) as db:
        Hall(db, clock, Runner(db.write, {}, clock)).found()
