"""Paying as pages: my dues, the receipt, the books, the treasurer's desk."""

import re
from collections.abc import Sequence

import pytest

from app.http.panels import Drawer, Need
from dues import panels
from dues.billing.models import PaymentState, PledgeState
from dues.plans import Cadence
from tests.dues.people import (
    BOOKS,
    MINE,
    NEW,
    TREASURY,
    acts,
    choose,
    invoice_of,
    newcomer,
    payments,
    pledge_of,
    receipt_of,
    record,
    tell_tales,
    words,
)
from tests.governance.web import Web

OWN = [MINE, f"{MINE}/receipts/1"]
DESK = [TREASURY, NEW, f"{NEW}?who=bo"]
DESK_FORMS = [
    NEW,
    f"{TREASURY}/guide",
    f"{TREASURY}/payments/1/owner",
    f"{TREASURY}/payments/1/back",
    f"{TREASURY}/periods/2026-10/close",
]


@pytest.mark.parametrize("path", [*OWN, *DESK])
def test_a_stranger_is_sent_to_sign_in(web: Web, path: str) -> None:
    answer = web.visitor().get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login")


@pytest.mark.parametrize("path", DESK)
def test_who_is_no_treasurer_does_not_see_the_desk(web: Web, path: str) -> None:
    assert web.browser("bo").get(path).status_code == 403
    assert acts(web, "dues.looked_at") == []


@pytest.mark.parametrize("path", DESK_FORMS)
def test_who_is_no_treasurer_does_nothing_there(web: Web, path: str) -> None:
    answer = web.browser("bo").send(path, on=MINE, who="bo", amount="12", text="My own account")
    assert answer.status_code == 403
    assert payments(web) == []
    assert acts(web, "dues.guide_set") == []


@pytest.mark.parametrize("path", [MINE, f"{MINE}/stop"])
def test_a_form_without_its_ticket_chooses_nothing(web: Web, path: str) -> None:
    choose(web, newcomer(web))
    fields = {"amount": "none", "cadence": "yearly"}
    assert web.browser("fia").client.post(path, data=fields).status_code == 403
    assert pledge_of(web, "fia").state is PledgeState.ACTIVE


def test_a_receipt_is_its_owners_only(web: Web) -> None:
    choose(web, newcomer(web))
    record(web, "fia")
    path = f"{MINE}/receipts/{receipt_of(web, 'fia').id}"
    page = web.browser("fia").read(path)
    assert "$12.00" in page
    assert invoice_of(web, "fia").reference in page
    for name in ("bo", "ada"):
        assert web.browser(name).get(path).status_code == 404


@pytest.mark.parametrize("number", ["x", "0", str(10**30), "1"])
def test_a_receipt_that_never_was_is_not_there(web: Web, number: str) -> None:
    assert web.browser("bo").get(f"{MINE}/receipts/{number}").status_code == 404


WRONG = [
    pytest.param({"amount": "other", "other": "1,000"}, id="a sum that reads in two ways"),
    pytest.param({"amount": "other", "other": ""}, id="another sum, but none"),
    pytest.param({"amount": "other", "other": "-5"}, id="less than nothing"),
    pytest.param({"amount": "other", "other": "10", "cadence": "monthly"}, id="no even parts"),
    pytest.param({"amount": "all"}, id="a choice that was not offered"),
    pytest.param({"amount": "suggested", "cadence": "daily"}, id="every day"),
    pytest.param({}, id="nothing"),
]


@pytest.mark.parametrize("fields", WRONG)
def test_a_choice_that_is_none_is_shown_again(web: Web, fields: dict[str, str]) -> None:
    fia = web.browser(newcomer(web))
    answer = fia.send(MINE, **fields)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    with pytest.raises(IndexError):
        pledge_of(web, "fia")


CHOICES = [
    ("suggested", "", "yearly", 1200),
    ("more", "", "quarterly", 600),
    ("other", "36", "monthly", 300),
    ("other", "0,50", "yearly", 50),
]


@pytest.mark.parametrize(("amount", "other", "cadence", "minor"), CHOICES)
def test_a_member_chooses_a_sum_and_how_often(
    web: Web, amount: str, other: str, cadence: str, minor: int
) -> None:
    newcomer(web)
    assert choose(web, "fia", amount, other=other, cadence=cadence) == MINE
    pledge = pledge_of(web, "fia")
    assert (pledge.amount_minor, pledge.cadence) == (minor, Cadence(cadence))
    page = web.browser("fia").read(MINE)
    assert invoice_of(web, "fia").reference in page


@pytest.mark.parametrize("fields", [{"amount": "none"}, {"amount": "other", "other": "0"}])
def test_nothing_is_as_good_as_any_sum(web: Web, fields: dict[str, str]) -> None:
    fia = web.browser(newcomer(web))
    fia.sent(MINE, **fields)
    page = fia.read(MINE)
    assert "You are a full member until" in page
    assert re.search(r'name="amount" value="none" checked', page)


def test_the_page_says_how_to_pay_and_what_reaches_us(web: Web) -> None:
    ada = web.browser("ada")
    guide = "Credit union, 12-34\nRiverside <co-op>"
    ada.sent(f"{TREASURY}/guide", on=TREASURY, text=guide)
    choose(web, newcomer(web))
    page = words(web.browser("fia").read(MINE))
    assert "Until 29 November you owe nothing." in page
    assert "Credit union, 12-34<br>Riverside &lt;co-op&gt;" in page
    assert "$1 a month, which is $12 a year" in page
    assert "$12.00 a year, reaches us" in page
    assert "$11.35" in page
    assert "$8.04" in page


def test_stopping_asks_for_nothing_any_more(web: Web) -> None:
    choose(web, newcomer(web))
    assert web.browser("fia").sent(f"{MINE}/stop", on=MINE) == MINE
    page = web.browser("fia").read(MINE)
    assert "is open" not in page
    assert f'action="{MINE}/stop"' not in page
    assert pledge_of(web, "fia").state is PledgeState.STOPPED


def test_one_payment_brings_the_vote_back(web: Web) -> None:
    newcomer(web, days=60)
    assert "Your vote rests" in web.browser("fia").read(MINE)
    record(web, "fia", "5")
    page = words(web.browser("fia").read(MINE))
    assert "You have paid until 9 November 2027." in page
    assert "Receipt 2026-0001" in page


@pytest.mark.parametrize("how", ["reference", "reference typed by hand", "address", "name"])
def test_the_treasurer_finds_the_payer(web: Web, how: str) -> None:
    choose(web, newcomer(web))
    reference = invoice_of(web, "fia").reference
    typed = reference.lower().replace("-", " ")
    who = {"reference": reference, "reference typed by hand": typed, "address": "@fia"}
    page = web.browser("ada").read(f"{NEW}?who={who.get(how, 'fia')}")
    assert reference in page
    assert 'value="12.00"' in page


@pytest.mark.parametrize("who", ["@nobody", "CO-0000-26", "@"])
def test_who_is_nobody_is_said(web: Web, who: str) -> None:
    answer = web.browser("ada").get(NEW, params={"who": who})
    assert answer.status_code == 422
    assert "Nobody here has this address" in answer.text


def test_a_payment_sent_twice_counts_once(web: Web) -> None:
    choose(web, newcomer(web))
    key = "0" * 32
    for _ in range(2):
        record(web, "fia", key=key, number="Book 3, page 7", way="cash")
    [payment] = payments(web)
    assert (payment.amount_minor, payment.statement_ref) == (1200, "Book 3, page 7")


BAD_PAYMENTS = [
    pytest.param({"amount": "0"}, id="nothing"),
    pytest.param({"amount": "twelve"}, id="words"),
    pytest.param({"day": "2027-01-01"}, id="a day to come"),
    pytest.param({"day": "yesterday"}, id="no day"),
    pytest.param({"way": "card"}, id="a way that does not exist"),
    pytest.param({"who": "@nobody"}, id="somebody who is not here"),
    pytest.param({"key": "mine"}, id="a key that the page did not give"),
]


@pytest.mark.parametrize("fields", BAD_PAYMENTS)
def test_a_payment_that_is_none_is_shown_again(web: Web, fields: dict[str, str]) -> None:
    choose(web, newcomer(web))
    given = {"who": "fia", "amount": "12", "way": "cash", "day": "2026-11-09", "key": "0" * 32}
    answer = web.browser("ada").send(NEW, **(given | fields))
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert payments(web) == []


def test_a_paper_that_is_no_paper_is_refused_and_nothing_is_booked(web: Web) -> None:
    choose(web, newcomer(web))
    ada = web.browser("ada")
    ticket = re.search(r'name="csrf" value="([^"]+)"', ada.read(NEW))
    assert ticket
    given = {"who": "fia", "amount": "12", "day": "2026-11-09", "key": "0" * 32}
    fields = given | {"csrf": ticket[1]}
    wrong = {"evidence": ("a.pdf", b"MZ\x90 a program", "application/pdf")}
    assert ada.client.post(NEW, data=fields, files=wrong).status_code == 422
    assert payments(web) == []
    right = {"evidence": ("a.pdf", b"%PDF-1.4\n1 0 obj\n%%EOF\n", "application/pdf")}
    assert ada.client.post(NEW, data=fields, files=right).status_code == 303
    [payment] = payments(web)
    assert payment.evidence_key is not None


def test_money_without_a_name_waits_until_it_is_found(web: Web) -> None:
    newcomer(web)
    record(web, "", "7")
    [payment] = payments(web)
    assert payment.state is PaymentState.UNIDENTIFIED
    ada = web.browser("ada")
    assert "$7.00" in ada.read(TREASURY)
    path = f"{TREASURY}/payments/{payment.id}/owner"
    assert ada.send(path, on=TREASURY, who="@nobody").status_code == 422
    assert ada.sent(path, on=TREASURY, who="@fia") == TREASURY
    assert receipt_of(web, "fia").amount_minor == 700
    for state in (PaymentState.UNIDENTIFIED, PaymentState.TAKEN_BACK):
        assert ada.sent(f"{TREASURY}/payments/{payment.id}/back", on=TREASURY) == TREASURY
        assert [payment.state for payment in payments(web)] == [state]


def test_money_without_a_name_can_be_a_gift(web: Web) -> None:
    record(web, "", "7")
    [payment] = payments(web)
    path = f"{TREASURY}/payments/{payment.id}/owner"
    web.browser("ada").sent(path, on=TREASURY, gift="on")
    [payment] = payments(web)
    assert payment.state is PaymentState.DONATED


def test_the_roll_does_not_say_who_pays_nothing(web: Web) -> None:
    choose(web, newcomer(web, "fia"), "none")
    web.hall.add("gil")
    page = web.browser("ada").read(f"{TREASURY}?which=all")
    rows = {name: _row(page, name) for name in ("fia", "gil")}
    assert "current" in rows["fia"]
    assert re.sub(r"\d+ \w+ \d{4}", "", rows["fia"]).replace("fia", "") == re.sub(
        r"\d+ \w+ \d{4}", "", rows["gil"]
    ).replace("gil", "")
    assert "exempt" not in page


def test_the_roll_tells_who_is_late_and_by_how_much(web: Web) -> None:
    choose(web, newcomer(web, days=40))
    web.hall.pass_days(30)
    page = web.browser("ada").read(TREASURY)
    assert "$12.00" in _row(page, "fia")
    assert "lapsed" in _row(page, "fia")
    assert _row(web.browser("ada").read(f"{TREASURY}?which=all&find=FI"), "fia")
    assert "@bo" not in web.browser("ada").read(f"{TREASURY}?which=all&find=FI")


@pytest.mark.parametrize("path", DESK[::2])
def test_each_look_at_names_is_written_into_the_audit_log(web: Web, path: str) -> None:
    web.browser("ada").read(path)
    [act] = acts(web, "dues.looked_at")
    assert act.payload["by"] == str(web.hall.members["ada"])


def test_a_month_that_is_over_is_closed_and_no_other(web: Web) -> None:
    record(web, newcomer(web), "12")
    ada = web.browser("ada")
    path = f"{TREASURY}/periods/2026-11/close"
    assert ada.send(path, on=TREASURY).status_code == 409
    web.hall.pass_days(30)
    ada = web.browser("ada")
    assert "November 2026" in words(ada.read(TREASURY))
    assert ada.sent(path, on=TREASURY) == TREASURY
    assert ada.send(path, on=TREASURY).status_code == 409
    assert "All months up to November 2026 are closed" in words(ada.read(BOOKS))
    assert ada.send(f"{TREASURY}/periods/x/close", on=TREASURY).status_code == 422


def test_everybody_reads_the_books_without_a_name_in_them(web: Web) -> None:
    for number in range(5):
        record(web, newcomer(web, f"member{number}x"), f"{number + 3}")
    choose(web, newcomer(web, "fiammetta"), "none")
    page, table = web.visitor().read(BOOKS), web.visitor().read(f"{BOOKS}/entries.csv")
    assert "We hold $25.00." in page
    assert "5 of us paid" in page
    assert "5 members" in page
    for text in (page, table):
        assert not [tale for tale in tell_tales(web) if tale in text]
        assert "fiammetta" not in text
        assert not re.search(r"Dues:M[0-9A-Z]{8}|Prepaid:M", text)


def test_a_few_payments_are_not_told_apart(web: Web) -> None:
    for number in range(4):
        record(web, newcomer(web, f"member{number}x"), f"{number + 3}.07")
    page, table = web.visitor().read(BOOKS), web.visitor().read(f"{BOOKS}/entries.csv")
    assert "$18.28" in page
    assert "of us paid" not in page
    for text in (page, table):
        for number in range(4):
            assert f"{number + 3}.07" not in text
    dues = [row.split(",") for row in table.splitlines() if ",payment," in row]
    assert {(row[1], row[6], row[9], row[10]) for row in dues} == {("", "", "", "")}


def test_empty_books_say_so(web: Web) -> None:
    page = web.visitor().read(BOOKS)
    assert "We hold $0.00." in page
    assert "Nothing has come or gone lately." in page
    assert web.visitor().read(f"{BOOKS}/entries.csv").startswith("month,day,kind,")


def test_what_is_due_needs_its_member_and_nobody_else(web: Web) -> None:
    choose(web, newcomer(web))
    [need] = needed(web, "fia")
    assert invoice_of(web, "fia").reference in need.text
    assert not needed(web, "bo")
    newcomer(web, "gil", days=28)
    assert [need.title for need in needed(web, "gil")] == ["Choose what you pay"]
    choose(web, "gil", "none")
    assert not needed(web, "gil")


def test_money_without_a_name_needs_the_treasurer(web: Web) -> None:
    assert not drawer(web, "ada").waits
    record(web, "", "7")
    assert [need.url for need in needed(web, "ada")] == [TREASURY]
    assert drawer(web, "ada").waits
    assert not needed(web, "bo")


def test_visitors_read_the_price_and_what_is_held(web: Web) -> None:
    record(web, newcomer(web), "7")
    page = web.visitor().read("/")
    assert "$1 a month" in page
    with web.kernel.db.read.begin() as session:
        line = panels.money(session, web.hall.now)
    assert line is not None
    assert line.text == "We hold $7.00."


def test_a_treasurer_whose_mandate_ended_sees_nothing_any_more(web: Web) -> None:
    web.browser("ada").read(TREASURY)
    web.hall.clock.advance(days=91)
    assert web.browser("ada").get(TREASURY).status_code == 403


def needed(web: Web, name: str) -> Sequence[Need]:
    """Return what of paying needs the member."""
    with web.kernel.db.read.begin() as session:
        return panels.needs(session, web.hall.actor(name), web.hall.now)


def drawer(web: Web, name: str) -> Drawer:
    """Return the one drawer that paying offers the officer."""
    with web.kernel.db.read.begin() as session:
        [found] = panels.drawers(session, web.hall.actor(name), web.hall.now)
    return found


def _row(page: str, name: str) -> str:
    """Return the words of the member's row in the table."""
    found = [row for row in re.findall(r"<tr>.*?</tr>", page, re.DOTALL) if f"@{name}<" in row]
    assert len(found) == 1
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())
