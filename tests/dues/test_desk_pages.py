"""The treasurer's desk by its forms: expenses, refunds, mistakes, papers, open invoices."""

import io
import re
from datetime import timedelta

import pytest
from PIL import Image
from sqlalchemy import select

from dues.billing.models import Expense, PaymentState, Refund
from tests.dues.people import (
    BOOKS,
    MINE,
    TREASURY,
    acts,
    choose,
    invoice_of,
    newcomer,
    payments,
    record,
    words,
)
from tests.governance.web import Browser, Web
from tests.http.conftest import ticket_of

EXPENSES = f"{TREASURY}/expenses"
INVOICES = f"{TREASURY}/invoices"
KEY = re.compile(r'name="key" value="([0-9a-f]{32})"')
PDF = b"%PDF-1.7\nan invoice\n%%EOF\n"


def key_on(browser: Browser, path: str) -> str:
    found = KEY.search(browser.read(path))
    assert found
    return found[1]


def spend(web: Web, **fields: str) -> int:
    """Send the form of an expense; return the status."""
    ada = web.browser("ada")
    given = {
        "amount": "23.40",
        "line": "Hosting",
        "memo": "The machine in May",
        "way": "transfer",
        "day": web.hall.now.date().isoformat(),
        "key": key_on(ada, EXPENSES),
    }
    return ada.send(EXPENSES, **(given | fields)).status_code


def expenses(web: Web) -> list[Expense]:
    return list(web.hall.scalars(select(Expense).order_by(Expense.id)))


def paid(web: Web) -> str:
    """Let a newcomer choose and pay $12; return the page of the payment."""
    choose(web, newcomer(web))
    record(web, "fia")
    return f"{TREASURY}/payments/{payments(web)[0].id}"


PAGES = [EXPENSES, INVOICES, f"{TREASURY}/payments/1", f"{TREASURY}/payments/1/evidence"]
FORMS = [EXPENSES, f"{EXPENSES}/1/back", f"{TREASURY}/payments/1/refund"]


@pytest.mark.parametrize("path", [*PAGES, f"{EXPENSES}/1/evidence"])
def test_the_desk_is_the_treasurers(web: Web, path: str) -> None:
    assert web.visitor().get(path).status_code == 303
    assert web.browser("bo").get(path).status_code == 403
    assert acts(web, "dues.looked_at") == []


@pytest.mark.parametrize("path", FORMS)
def test_nobody_else_writes_anything_down(web: Web, path: str) -> None:
    answer = web.browser("bo").send(path, on=MINE, amount="5", line="Other", memo="tea")
    assert answer.status_code == 403
    assert expenses(web) == []


@pytest.mark.parametrize("number", ["x", "0", "1", str(10**30)])
def test_what_never_was_is_not_there(web: Web, number: str) -> None:
    ada = web.browser("ada")
    for path in (f"{TREASURY}/payments/{number}", f"{EXPENSES}/{number}/evidence"):
        assert ada.get(path).status_code == 404


def test_an_expense_is_in_the_open_books(web: Web) -> None:
    assert spend(web) == 303
    page = words(web.visitor().read(BOOKS))
    assert "The machine in May" in page
    assert "$23.40" in page
    assert "The machine in May" in web.browser("ada").read(EXPENSES)


def test_an_expense_may_open_a_line_of_its_own(web: Web) -> None:
    assert spend(web, new_line="Backup") == 303
    assert [one.account for one in expenses(web)] == ["Expenses:Backup"]


def test_a_form_that_is_sent_twice_counts_once(web: Web) -> None:
    key = "0" * 32
    assert [spend(web, key=key), spend(web, key=key)] == [303, 303]
    assert len(expenses(web)) == 1


WRONG = [
    pytest.param({"amount": "0"}, id="nothing"),
    pytest.param({"amount": "-3"}, id="less than nothing"),
    pytest.param({"amount": "1,000"}, id="a sum that reads in two ways"),
    pytest.param({"memo": " "}, id="no reason"),
    pytest.param({"day": "2999-01-01"}, id="a day to come"),
    pytest.param({"new_line": "../../Assets"}, id="a line that is none"),
    pytest.param({"way": "barter"}, id="a way that is none"),
    pytest.param({"key": "x"}, id="a key that is none"),
]


@pytest.mark.parametrize("fields", WRONG)
def test_a_wrong_expense_is_shown_again(web: Web, fields: dict[str, str]) -> None:
    assert spend(web, **fields) == 422
    assert expenses(web) == []


def test_an_expense_is_taken_back_by_its_opposite(web: Web) -> None:
    spend(web)
    ada = web.browser("ada")
    path = f"{EXPENSES}/{expenses(web)[0].id}/back"
    assert ada.sent(path, on=EXPENSES) == EXPENSES
    assert "Taken back on" in ada.read(EXPENSES)
    assert ada.send(path, on=EXPENSES).status_code == 409


def sent_with(web: Web, data: bytes) -> int:
    ada = web.browser("ada")
    page = ada.read(EXPENSES)
    found = KEY.search(page)
    assert found
    fields = {
        "csrf": ticket_of(page),
        "amount": "5",
        "line": "Other",
        "memo": "tea",
        "way": "cash",
        "day": web.hall.now.date().isoformat(),
        "key": found[1],
    }
    files = {"evidence": ("../name.html", data, "text/html")}
    return ada.client.post(EXPENSES, data=fields, files=files).status_code


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(out, "PNG")
    return out.getvalue()


PAPERS = [
    pytest.param(PDF, "application/pdf", "attachment", id="a PDF is only handed out"),
    pytest.param(picture(), "image/png", "inline", id="a picture is shown"),
]


@pytest.mark.parametrize(("data", "media_type", "how"), PAPERS)
def test_a_paper_is_for_the_office_and_runs_nothing(
    web: Web, data: bytes, media_type: str, how: str
) -> None:
    assert sent_with(web, data) == 303
    [expense] = expenses(web)
    path = f"{EXPENSES}/{expense.id}/evidence"
    answer = web.browser("ada").get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == media_type
    assert answer.headers["content-disposition"].startswith(f"{how}; filename=")
    assert "name.html" not in answer.headers["content-disposition"]
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "no-store" in answer.headers["cache-control"]
    assert [act.payload["what"] for act in acts(web, "dues.looked_at")] == ["evidence"]
    assert web.browser("bo").get(path).status_code == 403
    assert web.browser("ada").get(f"/media/{expense.evidence_key}").status_code == 404


def test_a_file_that_is_no_paper_is_refused(web: Web) -> None:
    assert sent_with(web, b"<script>alert(1)</script>") == 422
    assert expenses(web) == []


def test_money_goes_back_and_the_vote_rests_from_that_day(web: Web) -> None:
    path = paid(web)
    ada = web.browser("ada")
    assert "$12.00" in ada.read(path)
    day = web.hall.now.date().isoformat()
    fields = {"amount": "12.00", "way": "transfer", "day": day, "key": key_on(ada, path)}
    ada.sent(f"{path}/refund", on=path, **fields)
    ada.sent(f"{path}/refund", on=TREASURY, **fields)
    [refund] = web.hall.scalars(select(Refund))
    assert refund.dues_minor == 1200
    page = words(ada.read(path))
    assert "Went back" in page
    assert "Give money back" not in page
    assert "Was it a mistake?" not in page


TOO_MUCH = [
    pytest.param({"amount": "12.01"}, id="more than came"),
    pytest.param({"amount": "0"}, id="nothing"),
    pytest.param({"day": "2999-01-01"}, id="a day to come"),
]


@pytest.mark.parametrize("fields", TOO_MUCH)
def test_a_wrong_refund_is_shown_again(web: Web, fields: dict[str, str]) -> None:
    path = paid(web)
    ada = web.browser("ada")
    day = web.hall.now.date().isoformat()
    given = {"amount": "5", "way": "transfer", "day": day, "key": key_on(ada, path)} | fields
    assert ada.send(f"{path}/refund", on=path, **given).status_code == 422
    assert list(web.hall.scalars(select(Refund))) == []


def test_a_mistake_is_found_from_the_desk_and_taken_back(web: Web) -> None:
    path = paid(web)
    ada = web.browser("ada")
    assert path in ada.read(TREASURY)
    ada.sent(f"{path}/back", on=path)
    assert payments(web)[0].state is PaymentState.TAKEN_BACK
    assert "Taken back: it was written down by mistake." in ada.read(path)


def test_open_invoices_stand_by_age(web: Web) -> None:
    choose(web, newcomer(web))
    invoice = invoice_of(web, "fia")
    page = words(web.browser("ada").read(INVOICES))
    assert invoice.reference in page
    assert "$12.00" in page
    web.hall.clock.advance(days=(invoice.due_on - web.hall.now.date() + timedelta(days=9)).days)
    assert '<td class="n">9</td>' in web.browser("ada").read(INVOICES)
    assert len(acts(web, "dues.looked_at")) == 2
