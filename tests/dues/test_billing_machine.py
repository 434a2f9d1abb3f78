"""Any history of members and money: billing, coverage and the books agree after each step."""

from contextlib import ExitStack, suppress
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from sqlalchemy import func, select

from app.core.errors import Conflict, Invalid
from app.core.runner import Runner
from app.members.models import Member
from app.wiring import duty_handlers
from dues.billing.models import Payment, PaymentState, Reminder, Way
from dues.billing.pledges import choose_dues, stop_dues, take_free_place
from dues.calendar import Month, day_of
from dues.invariants import broken
from dues.ledger.chart import live_book
from dues.money import Money
from dues.plans import Cadence
from dues.treasury.corrections import Returned, record_refund, take_back_payment
from dues.treasury.office import close_month
from dues.treasury.received import (
    Received,
    identify_donation,
    identify_payment,
    record_payment,
    record_unidentified,
)
from tests.dues.books import usd
from tests.dues.conftest import Anew
from tests.dues.office import newcomer, treasurer
from tests.factories import NOON
from tests.fakes import FixedClock
from tests.kernels import assemble, riverside

MEMBERS = st.integers(0, 2)
AMOUNTS = st.sampled_from([1, 100, 500, 1200, 1201, 2400, 5000])
CADENCES = st.sampled_from(list(Cadence))


class Billing(RuleBasedStateMachine):
    """Lets members and a treasurer act at random while time goes on."""

    anew: Anew
    data_dir: Path

    def __init__(self) -> None:
        super().__init__()
        self.clock = FixedClock(NOON)
        self.stack = ExitStack()
        self.db = self.stack.enter_context(type(self).anew(self.clock))
        settings = riverside("sqlite:///unused.db", self.data_dir)
        kernel = assemble(settings, self.db, self.clock)
        self.runner = Runner(self.db.write, duty_handlers(kernel), self.clock)
        self.payments: list[int] = []
        with self.db.write.begin() as session:
            self.members: list[Member] = [newcomer(session) for _ in range(3)]

    def teardown(self) -> None:
        self.stack.close()

    @rule(who=MEMBERS, minor=AMOUNTS, cadence=CADENCES)
    def choose(self, who: int, minor: int, cadence: Cadence) -> None:
        with self.db.write.begin() as session:
            choose_dues(
                session,
                self.members[who].id,
                amount=usd(minor),
                cadence=cadence,
                now=self.clock.now(),
            )
        self.agree()

    @rule(who=MEMBERS)
    def take_place(self, who: int) -> None:
        with self.db.write.begin() as session:
            take_free_place(session, self.members[who].id, now=self.clock.now())
        self.agree()

    @rule(who=MEMBERS)
    def stop(self, who: int) -> None:
        with self.db.write.begin() as session:
            stop_dues(session, self.members[who].id, now=self.clock.now())
        self.agree()

    @rule(who=MEMBERS, minor=AMOUNTS, ago=st.integers(0, 50), as_whole=st.booleans())
    def pay(self, who: int, minor: int, ago: int, as_whole: bool) -> None:
        with self.db.write.begin() as session:
            payment = record_payment(
                session,
                self.received(minor, ago),
                member_id=self.members[who].id,
                as_whole=as_whole,
                actor=treasurer(session),
                now=self.clock.now(),
            )
        self.payments.append(payment.id)
        self.agree()

    @rule(minor=AMOUNTS, ago=st.integers(0, 50))
    def find_money(self, minor: int, ago: int) -> None:
        with self.db.write.begin() as session:
            payment = record_unidentified(
                session,
                self.received(minor, ago),
                actor=treasurer(session),
                now=self.clock.now(),
            )
        self.payments.append(payment.id)
        self.agree()

    @rule(who=MEMBERS, is_gift=st.booleans())
    def recognise(self, who: int, is_gift: bool) -> None:
        with suppress(Conflict), self.db.write.begin() as session:
            unknown = select(Payment.id).where(Payment.state == PaymentState.UNIDENTIFIED)
            payment_id = session.scalar(unknown.order_by(Payment.id).limit(1))
            if payment_id is None:
                return
            by, now = treasurer(session), self.clock.now()
            if is_gift:
                identify_donation(session, payment_id, actor=by, now=now)
            else:
                identify_payment(
                    session, payment_id, member_id=self.members[who].id, actor=by, now=now
                )
        self.agree()

    @rule(which=st.integers(0, 30))
    def take_back(self, which: int) -> None:
        if not self.payments:
            return
        payment_id, now = self.payments[which % len(self.payments)], self.clock.now()
        with suppress(Conflict), self.db.write.begin() as session:
            take_back_payment(session, payment_id, actor=treasurer(session), now=now)
        self.agree()

    @rule(which=st.integers(0, 30), minor=AMOUNTS)
    def refund(self, which: int, minor: int) -> None:
        if not self.payments:
            return
        payment_id, now = self.payments[which % len(self.payments)], self.clock.now()
        returned = Returned(usd(minor), Way.CASH, day_of(now))
        with suppress(Conflict, Invalid), self.db.write.begin() as session:
            record_refund(session, payment_id, returned, actor=treasurer(session), now=now)
        self.agree()

    @rule()
    def close_last_month(self) -> None:
        month = Month.of(day_of(self.clock.now())).plus(-1)
        with suppress(Conflict), self.db.write.begin() as session:
            close_month(session, month, actor=treasurer(session), now=self.clock.now())

    @rule(days=st.integers(1, 120))
    def time_goes_on(self, days: int) -> None:
        for _ in range(days // 15 + 1):
            self.clock.advance(days=min(days, 15))
            self.runner.run_until_idle()
        self.agree()

    def received(self, minor: int, ago: int) -> Received:
        on = day_of(self.clock.now()) - timedelta(days=ago)
        return Received(Money(minor, "USD"), Way.CASH if minor % 2 else Way.TRANSFER, on)

    def agree(self) -> None:
        with self.db.read.begin() as session:
            assert broken(session, live_book(session)) == []
            letters = select(func.count(Reminder.step)).group_by(Reminder.about, Reminder.about_id)
            assert max(session.scalars(letters), default=0) <= 6


def test_any_history_of_members_and_money(anew: Anew, tmp_path: Path) -> None:
    machine = type("BillingHere", (Billing,), {"anew": staticmethod(anew), "data_dir": tmp_path})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=8,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate, Phase.shrink],
        ),
    )
