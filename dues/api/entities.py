"""The shapes of the API: ids as text, times in UTC, money in minor units."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, StrictInt

from app.members.standing import Standing
from dues.billing.models import Invoice, InvoiceState, Payment, Pledge, Receipt, Way
from dues.calendar import Month
from dues.ledger.arithmetic import EntryKind
from dues.ledger.models import LedgerPeriod, PeriodState
from dues.ledger.statements import Balance, MonthFlow
from dues.money import Money, check_amount
from dues.plans import Cadence
from dues.reading.books import Books
from dues.reading.mine import MyDues
from dues.reading.movements import Movement
from dues.reading.roll import RollRow

MINE = "/settings/membership"
TREASURY = "/duties/treasury"


class SumEntity(BaseModel):
    """Money in minor units of a currency."""

    amount: int
    currency: str

    @classmethod
    def of(cls, money: Money) -> Self:
        """Return the entity of a sum."""
        return cls(amount=money.minor, currency=money.currency)

    @classmethod
    def or_none(cls, money: Money | None) -> Self | None:
        """Return the entity of a sum, if there is one."""
        return None if money is None else cls.of(money)


class SumGiven(BaseModel):
    """Money as a program sends it."""

    model_config = ConfigDict(extra="forbid")

    amount: StrictInt
    currency: str = Field(min_length=3, max_length=3)

    def read(self, *, least_minor: int = 1) -> Money:
        """Return the sum. Raises: Invalid."""
        return check_amount(self.amount, self.currency, least_minor=least_minor)


class PledgeGiven(BaseModel):
    """What a member chooses to pay for each period; nothing at all is a $0 place."""

    model_config = ConfigDict(extra="forbid")

    amount: SumGiven
    cadence: Cadence = Cadence.YEARLY


class PledgeEntity(BaseModel):
    """What a member chose to pay for each period."""

    amount: SumEntity
    cadence: Cadence
    chosen_at: datetime

    @classmethod
    def of(cls, pledge: Pledge) -> Self:
        """Return the entity of a pledge."""
        amount = SumEntity.of(pledge.amount)
        return cls(amount=amount, cadence=pledge.cadence, chosen_at=pledge.chosen_at)


class InvoiceEntity(BaseModel):
    """What a member was asked for."""

    id: str
    url: str
    reference: str
    amount: SumEntity
    state: InvoiceState
    due_on: date
    period_start: date
    period_end: date

    @classmethod
    def of(cls, invoice: Invoice) -> Self:
        """Return the entity of an invoice."""
        return cls(
            id=str(invoice.id),
            url=MINE,
            reference=invoice.reference,
            amount=SumEntity.of(invoice.amount),
            state=invoice.state,
            due_on=invoice.due_on,
            period_start=invoice.period_start,
            period_end=invoice.period_end,
        )


class ReceiptEntity(BaseModel):
    """The paper for a payment."""

    id: str
    url: str
    number: str
    amount: SumEntity
    good_until: date | None
    issued_at: datetime

    @classmethod
    def of(cls, receipt: Receipt) -> Self:
        """Return the entity of a receipt."""
        return cls(
            id=str(receipt.id),
            url=f"{MINE}/receipts/{receipt.id}",
            number=receipt.label,
            amount=SumEntity(amount=receipt.amount_minor, currency=receipt.currency),
            good_until=receipt.good_until,
            issued_at=receipt.issued_at,
        )


class MyDuesEntity(BaseModel):
    """A member's own dues. `free_place` is told to nobody else."""

    url: str
    standing: Standing
    covered_until: date | None
    grace_until: date | None
    provisional_until: date
    suggested: SumEntity  # For a month.
    pledge: PledgeEntity | None
    free_place: bool
    invoice: InvoiceEntity | None
    unpaid: SumEntity | None
    next_on: date | None
    how_to_pay: str

    @classmethod
    def of(cls, mine: MyDues) -> Self:
        """Return the entity of a member's dues."""
        return cls(
            url=MINE,
            standing=mine.standing,
            covered_until=mine.until,
            grace_until=mine.grace_until,
            provisional_until=mine.provisional_until,
            suggested=SumEntity.of(mine.terms.monthly),
            pledge=PledgeEntity.of(mine.pledge) if mine.pledge else None,
            free_place=mine.place is not None,
            invoice=InvoiceEntity.of(mine.invoice) if mine.invoice else None,
            unpaid=SumEntity.or_none(mine.unpaid),
            next_on=mine.next_on,
            how_to_pay=mine.guide.text if mine.guide else "",
        )


class LineEntity(BaseModel):
    """A sum on an account; what is owed or earned is negative."""

    account: str
    amount: SumEntity

    @classmethod
    def of(cls, row: Balance) -> Self:
        """Return the entity of a balance."""
        return cls(account=row.code, amount=SumEntity.of(row.balance))


class MonthEntity(BaseModel):
    """Money in and out in a month."""

    month: str
    came_in: SumEntity
    went_out: SumEntity
    held: SumEntity

    @classmethod
    def of(cls, flow: MonthFlow) -> Self:
        """Return the entity of a month's flow."""
        return cls(
            month=str(flow.month),
            came_in=SumEntity.of(flow.came_in),
            went_out=SumEntity.of(flow.went_out),
            held=SumEntity.of(flow.held),
        )


class HeadEntity(BaseModel):
    """The newest link of the books' chain."""

    seq: int
    hash: str


class BooksEntity(BaseModel):
    """The co-op's money. `payers` is told from five on."""

    url: str
    at: datetime
    held: SumEntity
    places: list[LineEntity]
    reserve_months: int | None
    monthly_cost: SumEntity | None
    months: list[MonthEntity]
    income: list[LineEntity]
    spending: list[LineEntity]
    payers: int | None
    closed_through: str | None
    head: HeadEntity

    @classmethod
    def of(cls, books: Books) -> Self:
        """Return the entity of the books."""
        reserve = books.reserve
        return cls(
            url="/coop/money",
            at=books.at,
            held=SumEntity.of(books.held),
            places=[LineEntity.of(row) for row in books.places],
            reserve_months=reserve.months if reserve else None,
            monthly_cost=SumEntity.of(reserve.cost) if reserve else None,
            months=[MonthEntity.of(flow) for flow in books.months],
            income=[LineEntity.of(row) for row in books.income],
            spending=[LineEntity.of(row) for row in books.spending],
            payers=books.payers,
            closed_through=str(books.closed) if books.closed else None,
            head=HeadEntity(seq=books.head_seq, hash=books.head_hash),
        )


class EntryEntity(BaseModel):
    """An entry; or, without `on` and `seq`, all of a kind that touch members in a month."""

    month: str
    on: date | None
    kind: EntryKind
    lines: list[LineEntity]
    members: int | None
    memo: str
    decision_id: str | None
    seq: int | None
    hash: str | None

    @classmethod
    def of(cls, row: Movement) -> Self:
        """Return the entity of a movement."""
        lines = [
            LineEntity(account=line.account, amount=SumEntity.of(line.money)) for line in row.lines
        ]
        return cls(
            month=str(row.month),
            on=row.on,
            kind=row.kind,
            lines=lines,
            members=row.members,
            memo=row.memo,
            decision_id=str(row.decision_id) if row.decision_id else None,
            seq=row.seq,
            hash=row.hash,
        )


class RollEntity(BaseModel):
    """A member on the roll. `standing` does not tell who pays nothing."""

    id: str
    url: str
    username: str
    display_name: str
    standing: Standing
    covered_until: date | None
    days_late: int
    reference: str | None
    unpaid: SumEntity | None

    @classmethod
    def of(cls, row: RollRow, *, today: date) -> Self:
        """Return the entity of a row."""
        return cls(
            id=str(row.member_id),
            url=f"/@{row.account.username}",
            username=row.account.username,
            display_name=row.account.name,
            standing=row.standing,
            covered_until=row.until,
            days_late=row.days_late(today),
            reference=row.reference,
            unpaid=SumEntity.or_none(row.unpaid),
        )


class PaymentGiven(BaseModel):
    """A payment to be written down. `who`: a reference or an address; null if nobody knows."""

    model_config = ConfigDict(extra="forbid")

    who: str | None = Field(default=None, min_length=1, max_length=200)
    amount: SumGiven
    way: Way = Way.TRANSFER
    received_on: date
    statement_ref: str = Field(default="", max_length=200)
    note: str = Field(default="", max_length=200)
    as_whole: bool = False


class PaymentEntity(BaseModel):
    """A payment in the books."""

    id: str
    url: str
    member_id: str | None
    amount: SumEntity
    way: Way
    received_on: date
    recorded_at: datetime

    @classmethod
    def of(cls, payment: Payment) -> Self:
        """Return the entity of a payment."""
        return cls(
            id=str(payment.id),
            url=TREASURY,
            member_id=str(payment.member_id) if payment.member_id else None,
            amount=SumEntity.of(payment.amount),
            way=payment.way,
            received_on=payment.received_on,
            recorded_at=payment.recorded_at,
        )


class PeriodEntity(BaseModel):
    """How far a month of the books is done."""

    month: str
    state: PeriodState
    closed_at: datetime | None
    trial_balance_hash: str | None

    @classmethod
    def of(cls, period: LedgerPeriod) -> Self:
        """Return the entity of a month."""
        return cls(
            month=str(Month.numbered(period.month)),
            state=period.state,
            closed_at=period.closed_at,
            trial_balance_hash=period.trial_balance_hash,
        )


class StandingEntity(BaseModel):
    """How many members stood how. Fewer than five exempt ones count among the current."""

    at: datetime
    members: int
    counts: dict[Standing, int | None]

    @classmethod
    def of(cls, counts: Mapping[Standing, int | None], *, at: datetime) -> Self:
        """Return the entity of counts."""
        members = sum(count or 0 for count in counts.values())
        return cls(at=at, members=members, counts=dict(counts))
