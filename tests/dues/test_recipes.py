"""The recipes, and the arithmetic that they must satisfy."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dues.ledger import recipes
from dues.ledger.arithmetic import (
    AccountKind,
    Draft,
    EntryKind,
    Line,
    Unbalanced,
    check_lines,
    credit,
    debit,
    kind_of,
    sums,
)
from dues.ledger.recipes import BANK, CASH, DONATIONS, DUES, OPENING, SUSPENSE
from dues.money import Money
from tests.dues.books import KEY, TODAY, usd

OWES, AHEAD = recipes.receivable_of(KEY), recipes.prepaid_of(KEY)
HOSTING = "Expenses:Hosting"

TABLE = [
    # draft, its lines as (account, cents), its key
    pytest.param(
        recipes.opening_balance(BANK, amount=usd(50_00), on=TODAY),
        {BANK: 5000, OPENING: -5000},
        f"opening:{BANK}",
        id="money that was there before",
    ),
    pytest.param(
        recipes.invoice_opened(7, member_key=KEY, amount=usd(1200), on=TODAY),
        {OWES: 1200, DUES: -1200},
        "invoice:7",
        id="an invoice is opened",
    ),
    pytest.param(
        recipes.invoice_voided(7, member_key=KEY, unpaid=usd(1200), paid=usd(0), on=TODAY),
        {DUES: 1200, OWES: -1200},
        "void:7",
        id="an invoice ends unpaid at the lapse",
    ),
    pytest.param(
        recipes.invoice_voided(7, member_key=KEY, unpaid=usd(700), paid=usd(500), on=TODAY),
        {DUES: 1200, OWES: -700, AHEAD: -500},
        "void:7",
        id="what was paid of a void invoice stays the member's",
    ),
    pytest.param(
        recipes.credit_given_back(9, attempt=0, member_key=KEY, amount=usd(-300), on=TODAY),
        {AHEAD: -300, OWES: 300},
        "giveback:9:0",
        id="what waits is moved back",
    ),
    pytest.param(
        recipes.invoice_reduced(7, member_key=KEY, unpaid=usd(700), on=TODAY),
        {DUES: 700, OWES: -700},
        "reduce:7",
        id="a part counts as the whole",
    ),
    pytest.param(
        recipes.payment_received(
            9, key="cash:3", into=CASH, member_key=KEY, settled=usd(1200), ahead=usd(0), on=TODAY
        ),
        {CASH: 1200, OWES: -1200},
        "cash:3",
        id="cash for an invoice",
    ),
    pytest.param(
        recipes.payment_received(
            9, key="k", into=BANK, member_key=KEY, settled=usd(1200), ahead=usd(300), on=TODAY
        ),
        {BANK: 1500, OWES: -1200, AHEAD: -300},
        "k",
        id="more than was asked for",
    ),
    pytest.param(
        recipes.payment_received(
            9, key="k", into=BANK, member_key=KEY, settled=usd(0), ahead=usd(300), on=TODAY
        ),
        {BANK: 300, AHEAD: -300},
        "k",
        id="money ahead of any invoice",
    ),
    pytest.param(
        recipes.money_unidentified(9, key="k", into=BANK, amount=usd(500), on=TODAY),
        {BANK: 500, SUSPENSE: -500},
        "k",
        id="money of nobody",
    ),
    pytest.param(
        recipes.money_identified(
            9, attempt=0, member_key=KEY, settled=usd(500), ahead=usd(0), on=TODAY
        ),
        {SUSPENSE: 500, OWES: -500},
        "identified:9:0",
        id="it was a member's",
    ),
    pytest.param(
        recipes.donation_identified(9, attempt=1, amount=usd(500), on=TODAY),
        {SUSPENSE: 500, DONATIONS: -500},
        "identified:9:1",
        id="it was a gift",
    ),
    pytest.param(
        recipes.credit_used(7, member_key=KEY, amount=usd(300), on=TODAY),
        {AHEAD: 300, OWES: -300},
        "alloc:7",
        id="what was paid ahead settles an invoice",
    ),
    pytest.param(
        recipes.money_returned(
            2, out_of=BANK, parts=[(AHEAD, usd(300)), (DUES, usd(1200))], on=TODAY
        ),
        {AHEAD: 300, DUES: 1200, BANK: -1500},
        "refund:2",
        id="money goes back",
    ),
    pytest.param(
        recipes.expense_paid(
            "e", line=HOSTING, out_of=BANK, amount=usd(130_00), on=TODAY, memo="Machine"
        ),
        {HOSTING: 13000, BANK: -13000},
        "e",
        id="something is paid for",
    ),
    pytest.param(
        recipes.money_moved("m", out_of=CASH, into=BANK, amount=usd(4400), on=TODAY),
        {BANK: 4400, CASH: -4400},
        "m",
        id="cash is carried to the bank",
    ),
]


@pytest.mark.parametrize(("draft", "lines", "key"), TABLE)
def test_recipe(draft: Draft, lines: dict[str, int], key: str) -> None:
    assert {line.account: line.money.minor for line in draft.lines} == lines
    assert draft.key == key
    check_lines(draft.lines)


@pytest.mark.parametrize(("draft", "lines", "key"), TABLE)
def test_taking_back_leaves_nothing(draft: Draft, lines: dict[str, int], key: str) -> None:
    back = recipes.taken_back(5, draft.lines, on=TODAY)
    assert (back.reverses_id, back.kind, back.key) == (5, EntryKind.REVERSAL, "reversal:5")
    by_account = dict(lines)
    for line in back.lines:
        by_account[line.account] += line.money.minor
    assert set(by_account.values()) == {0}


NO_ENTRY = [
    pytest.param([], id="no line"),
    pytest.param([debit(BANK, usd(5))], id="one line"),
    pytest.param([debit(BANK, usd(5)), credit(DUES, usd(4))], id="a cent astray"),
    pytest.param([debit(BANK, usd(0)), credit(DUES, usd(0))], id="nothing at all"),
    pytest.param(
        [debit(BANK, usd(5)), credit(DUES, Money(5, "EUR"))], id="two currencies that look alike"
    ),
]


@pytest.mark.parametrize("lines", NO_ENTRY)
def test_what_is_no_entry(lines: list[Line]) -> None:
    with pytest.raises(Unbalanced):
        check_lines(lines)


@pytest.mark.parametrize("code", ["", "Bank", "Assets", "assets:bank", "Assets:bank", "Assets: A"])
def test_what_is_no_account(code: str) -> None:
    with pytest.raises(AssertionError):
        Line(code, usd(5))


def test_the_kind_stands_in_the_code() -> None:
    assert kind_of(SUSPENSE) is AccountKind.LIABILITIES
    assert kind_of(HOSTING) is AccountKind.EXPENSES


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_money_neither_appears_nor_vanishes(settled: int, ahead: int) -> None:
    if settled + ahead == 0:
        return
    draft = recipes.payment_received(
        1, key="k", into=BANK, member_key=KEY, settled=usd(settled), ahead=usd(ahead), on=TODAY
    )
    assert set(sums(draft.lines).values()) == {0}


def test_the_body_tells_entries_apart_and_the_key_does_not_matter() -> None:
    def draft(minor: int, key: str) -> Draft:
        return recipes.money_moved(key, out_of=CASH, into=BANK, amount=usd(minor), on=TODAY)

    assert draft(5, "a").body_hash() == draft(5, "b").body_hash()
    assert draft(5, "a").body_hash() != draft(6, "a").body_hash()
