"""The ballot box under any order of events: a model of it always agrees with the database."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, ClassVar
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from app.core.chain import verify_all
from app.core.db import Database
from app.core.errors import Conflict, Forbidden
from app.core.runner import Runner
from app.wiring import duty_handlers
from governance import bundle, verify
from governance.lifecycle import State
from governance.models import Ballot
from governance.seals import parts
from tests.engines import ENGINES, copied, opened
from tests.factories import NOON
from tests.fakes import FixedClock
from tests.governance.hall import ELECTORATE, Hall
from tests.kernels import assemble, riverside

CHOICES = ("yes", "no", "abstain")


class BallotBox(RuleBasedStateMachine):
    """Members vote, change their minds, join; time goes on; the vote closes."""

    open_database: ClassVar[Any]
    data_dir: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        db: Database = self.stack.enter_context(self.open_database())
        clock = FixedClock(NOON)
        kernel = assemble(riverside("sqlite:///unused.db", self.data_dir), db, clock)
        self.hall = Hall(db, clock, Runner(db.write, duty_handlers(kernel), clock)).found()
        self.model: dict[str, str] = {}
        self.late = 0

    @initialize()
    def open_the_vote(self) -> None:
        self.proposal_id = self.hall.voting()

    def is_open(self) -> bool:
        return self.hall.state(self.proposal_id) is State.VOTING

    @rule(name=st.sampled_from(ELECTORATE), choice=st.sampled_from(CHOICES))
    def vote(self, name: str, choice: str) -> None:
        proposal = self.hall.proposal(self.proposal_id)
        if proposal.state is State.VOTING and self.hall.now < proposal.dates.closes_at:
            self.hall.vote(self.proposal_id, name, choice)
            self.model[name] = choice
        else:
            with pytest.raises(Conflict):
                self.hall.vote(self.proposal_id, name, choice)

    @precondition(lambda self: self.is_open())
    @rule(choice=st.sampled_from(CHOICES))
    def vote_without_a_vote(self, choice: str) -> None:
        self.late += 1
        name = f"late{self.late}"
        self.hall.add(name)
        with pytest.raises((Forbidden, Conflict)):
            self.hall.vote(self.proposal_id, name, choice)

    @rule(hours=st.integers(1, 60), worker=st.booleans())
    def time_goes_on(self, hours: int, worker: bool) -> None:
        self.hall.clock.advance(hours=hours)
        if worker:
            self.hall.runner.run_until_idle()

    @invariant()
    def the_box_holds_what_was_cast(self) -> None:
        cast = {ballot.member_id: ballot.marks for ballot in self.hall.scalars(select(Ballot))}
        members = self.hall.members
        assert cast == {members[name]: {"choice": choice} for name, choice in self.model.items()}

    def teardown(self) -> None:
        with self.stack:
            with self.hall.db.read.begin() as session:
                assert verify_all(session) is None
            proposal = self.hall.proposal(self.proposal_id)
            if proposal.outcome is not None:
                self._recount()

    def _recount(self) -> None:
        with self.hall.db.read.begin() as session:
            exported = bundle.export_bundle(session, self.proposal_id, viewer=None)
        decision = verify.check(exported)
        votes = list(self.model.values())
        assert decision.tally.dump() == {c: votes.count(c) for c in (*CHOICES, "block")}
        assert parts(exported["result"]) == parts(decision.dump())


@pytest.fixture(params=ENGINES)
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], object]:
    """A maker of migrated databases, on each engine in turn."""

    @contextmanager
    def make() -> Iterator[Database]:
        folder = tmp_path / uuid4().hex
        folder.mkdir()
        with copied(request, request.param, folder) as url, opened(url) as db:
            yield db

    return make


@pytest.mark.slow
def test_the_ballot_box(fresh: Callable[[], object], tmp_path: Path) -> None:
    members = {"open_database": staticmethod(fresh), "data_dir": tmp_path / "var"}
    machine = type("OnEngine", (BallotBox,), members)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=15,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
