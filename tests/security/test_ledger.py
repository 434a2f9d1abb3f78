"""LEDGER: dues and books by hand. The cases that tests of the package hold stand in `cases`."""

import io
from typing import Any

import pytest

from tests.dues.people import NEW, choose, newcomer, payments
from tests.governance.web import API, Web
from tests.http.conftest import ticket_of
from tests.security.doors import rows_in

PAYMENTS = f"{API}/treasury/payments"
PLEDGE = f"{API}/dues/me/pledge"
SCOPES = ("coop:read", "coop:vote", "coop:ledger:read", "coop:officer")
DAY = "2026-11-09"


@pytest.fixture
def web(web: Web) -> Web:
    """The site of a small co-op, and fia, who has chosen what to pay."""
    choose(web, newcomer(web))
    return web


TYPED = [
    pytest.param("0", id="133: nothing"),
    pytest.param("-5", id="133: less than nothing"),
    pytest.param("0.005", id="133: half a cent"),
    pytest.param("1e30", id="133: an exponent"),
    pytest.param("NaN", id="133: not a number"),
    pytest.param("1,000", id="133: a thousand or one"),
    pytest.param("12 EUR", id="133: another currency"),
    pytest.param("9" * 30, id="133: more than there is"),
    pytest.param("1.5.5", id="133: two points"),
]


@pytest.mark.parametrize("amount", TYPED)
def test_what_is_no_sum_is_not_booked(web: Web, amount: str) -> None:
    before = rows_in(web.kernel)
    given = {"who": "fia", "amount": amount, "way": "cash", "day": DAY, "key": "0" * 32}
    answer = web.browser("ada").send(NEW, **given)
    assert answer.status_code == 422
    assert rows_in(web.kernel) == before


SUMS = [
    pytest.param("0", "USD", id="133: nothing"),
    pytest.param("-1200", "USD", id="133: less than nothing"),
    pytest.param("12.5", "USD", id="133: a fraction of a cent"),
    pytest.param("12.0", "USD", id="133: a whole number with a point"),
    pytest.param("1e30", "USD", id="133: an exponent"),
    pytest.param("NaN", "USD", id="133: not a number"),
    pytest.param('"1200"', "USD", id="133: a text"),
    pytest.param("true", "USD", id="133: true"),
    pytest.param("null", "USD", id="133: null"),
    pytest.param("1200", "EUR", id="133: another currency"),
    pytest.param("1200", "JPY", id="133: a currency without decimals"),
    pytest.param("1200", "KWD", id="133: a currency of three decimals"),
    pytest.param("1200", "usd ", id="133: a currency in small letters"),
    pytest.param("9" * 400, "USD", id="133: four hundred digits"),
]


# To pledge nothing is to take a $0 place, which is allowed.
NOT_PLEDGED = [sum_ for sum_ in SUMS if sum_.values != ("0", "USD")]


@pytest.mark.parametrize(("amount", "currency"), SUMS)
def test_a_program_books_no_such_payment(web: Web, amount: str, currency: str) -> None:
    send(web, "POST", PAYMENTS, amount, currency, f', "received_on": "{DAY}", "who": "@fia"')


@pytest.mark.parametrize(("amount", "currency"), NOT_PLEDGED)
def test_a_program_pledges_no_such_sum(web: Web, amount: str, currency: str) -> None:
    send(web, "PUT", PLEDGE, amount, currency, "")


def send(web: Web, method: str, path: str, amount: str, currency: str, more: str) -> None:
    """Send the sum, and expect that it is refused and nothing stored."""
    money = f'{{"amount": {amount}, "currency": "{currency}"}}'
    program = web.program("ada", *SCOPES)
    before = rows_in(web.kernel)
    answer = program.request(
        method,
        path,
        content=f'{{"amount": {money}{more}}}',
        headers={"content-type": "application/json"},
    )
    assert answer.status_code == 422, answer.text
    assert "error" in answer.json()
    assert rows_in(web.kernel) == before


PAPERS = [
    pytest.param(b"<!doctype html><script>alert(1)</script>", "text/html", id="145: a page"),
    pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml", id="145: SVG"),
    pytest.param(b"MZ\x90\x00 a program", "application/pdf", id="145: a program"),
    pytest.param(b"PK\x03\x04 a zip", "application/pdf", id="145: an archive"),
    pytest.param(b"GIF89a/*", "image/gif", id="145: a picture that is a script"),
    pytest.param(b"", "application/pdf", id="145: nothing"),
    pytest.param(b"%PDF-1.4\n" + b"x" * 20_000_000, "application/pdf", id="145: 20 MB"),
]


@pytest.mark.parametrize(("data", "kind"), PAPERS)
def test_a_receipt_that_is_none_is_refused_and_nothing_is_booked(
    web: Web, data: bytes, kind: str
) -> None:
    ada = web.browser("ada")
    ticket = ticket_of(ada.read(NEW))
    before = rows_in(web.kernel)
    given: dict[str, Any] = {"who": "fia", "amount": "12", "day": DAY, "key": "0" * 32}
    answer = ada.client.post(
        NEW,
        data=given | {"csrf": ticket},
        files={"evidence": ("receipt.pdf", io.BytesIO(data), kind)},
    )
    assert answer.status_code in (413, 422)
    assert rows_in(web.kernel) == before


def test_145_a_receipt_is_behind_no_public_link(web: Web) -> None:
    ada = web.browser("ada")
    data = {"who": "fia", "amount": "12", "day": DAY, "key": "0" * 32}
    files = {"evidence": ("../../x.pdf", b"%PDF-1.4\n1 0 obj\n%%EOF\n", "application/pdf")}
    sent = ada.client.post(NEW, data=data | {"csrf": ticket_of(ada.read(NEW))}, files=files)
    assert sent.status_code == 303
    [payment] = payments(web)
    assert payment.evidence_key is not None
    assert "x.pdf" not in payment.evidence_key
    for who in (web.visitor(), web.browser("bo"), ada):
        for path in (f"/media/{payment.evidence_key}", f"/{payment.evidence_key}"):
            assert who.get(path).status_code == 404


ACTS = [
    pytest.param("POST", PAYMENTS, id="136: writing money down"),
    pytest.param("POST", f"{API}/treasury/periods/2026-10/close", id="136: closing a month"),
    pytest.param("GET", f"{API}/treasury/roll", id="136: reading the roll"),
]


@pytest.mark.parametrize(("method", "path"), ACTS)
def test_136_a_treasurer_whose_mandate_ended_does_nothing(
    web: Web, method: str, path: str
) -> None:
    program = web.program("ada", *SCOPES)
    body = {"amount": {"amount": 1200, "currency": "USD"}, "received_on": DAY}
    web.hall.pass_days(90)
    before = rows_in(web.kernel)
    answer = program.request(method, path, json=body if path == PAYMENTS else None)
    assert answer.status_code == 403
    assert rows_in(web.kernel) == before
