"""Paying for programs: which token and which office reach what, and what is answered."""

from datetime import timedelta
from typing import Any

import pytest

from dues.billing.models import PledgeState
from tests.dues.people import (
    acts,
    choose,
    newcomer,
    payments,
    pledge_of,
    record,
    tell_tales,
)
from tests.governance.web import API, Web

MINE = f"{API}/dues/me"
BOOKS = f"{API}/books"
TREASURY = f"{API}/treasury"
PAGES = "/duties/treasury"
EVERYTHING = ("coop:read", "coop:vote", "coop:ledger:read", "coop:officer")

CALLS: list[tuple[str, str, dict[str, Any] | None]] = [
    ("GET", MINE, None),
    ("PUT", f"{MINE}/pledge", {"amount": {"amount": 1200, "currency": "USD"}}),
    ("POST", f"{MINE}/waiver", None),
    ("POST", f"{MINE}/stop", None),
    ("GET", f"{MINE}/receipts", None),
    ("GET", f"{BOOKS}/summary", None),
    ("GET", f"{BOOKS}/entries", None),
    ("GET", f"{TREASURY}/roll", None),
    (
        "POST",
        f"{TREASURY}/payments",
        {"amount": {"amount": 1, "currency": "USD"}, "received_on": "2026-11-09"},
    ),
    ("POST", f"{TREASURY}/periods/2026-10/close", None),
    ("GET", f"{API}/standing", None),
]
NEEDS = {
    MINE: "coop:read",
    f"{MINE}/pledge": "coop:vote",
    f"{MINE}/waiver": "coop:vote",
    f"{MINE}/stop": "coop:vote",
    f"{MINE}/receipts": "coop:read",
    f"{BOOKS}/summary": "coop:ledger:read",
    f"{BOOKS}/entries": "coop:ledger:read",
    f"{API}/standing": "coop:read",
}
each = pytest.mark.parametrize(("method", "path", "body"), CALLS)


@each
def test_nothing_is_told_without_a_token(
    web: Web, method: str, path: str, body: dict[str, Any] | None
) -> None:
    answer = web.program(None).request(method, path, json=body)
    assert answer.status_code == 401


@each
def test_a_token_without_the_scope_reaches_nothing(
    web: Web, method: str, path: str, body: dict[str, Any] | None
) -> None:
    others = [scope for scope in EVERYTHING if scope != NEEDS.get(path, "coop:officer")]
    answer = web.program("ada", "read", "write", *others).request(method, path, json=body)
    assert answer.status_code == 403
    assert payments(web) == []


@each
def test_all_scopes_without_the_office_do_not_open_the_treasury(
    web: Web, method: str, path: str, body: dict[str, Any] | None
) -> None:
    answer = web.program("bo", *EVERYTHING).request(method, path, json=body)
    assert answer.status_code == (403 if path.startswith(TREASURY) else 200), answer.text
    assert acts(web, "dues.looked_at") == []


BAD_PLEDGES: list[Any] = [
    {},
    {"amount": 12},
    {"amount": {"amount": 12.5, "currency": "USD"}},
    {"amount": {"amount": -1, "currency": "USD"}},
    {"amount": {"amount": 10**15, "currency": "USD"}},
    {"amount": {"amount": 1200, "currency": "EUR"}},
    {"amount": {"amount": 1200, "currency": "QQQ"}},
    {"amount": {"amount": 1200, "currency": "USD"}, "cadence": "daily"},
    {"amount": {"amount": 1200, "currency": "USD"}, "member_id": "1"},
]


@pytest.mark.parametrize("body", BAD_PLEDGES, ids=str)
def test_a_pledge_that_is_none_changes_nothing(web: Web, body: dict[str, Any]) -> None:
    fia = web.program(newcomer(web), *EVERYTHING)
    answer = fia.put(f"{MINE}/pledge", json=body)
    assert answer.status_code == 422
    assert answer.json()["fields"]
    assert fia.get(MINE).json()["pledge"] is None


def test_a_member_pledges_pays_and_has_a_receipt(web: Web) -> None:
    fia = web.program(newcomer(web), *EVERYTHING)
    body = {"amount": {"amount": 300, "currency": "USD"}, "cadence": "quarterly"}
    mine = fia.put(f"{MINE}/pledge", json=body).json()
    assert mine["standing"] == "pending"
    assert mine["pledge"]["amount"] == {"amount": 300, "currency": "USD"}
    assert mine["unpaid"] == {"amount": 300, "currency": "USD"}
    ada = web.program("ada", *EVERYTHING)
    given = {
        "who": mine["invoice"]["reference"],
        "amount": {"amount": 300, "currency": "USD"},
        "way": "cash",
        "received_on": "2026-11-09",
        "statement_ref": "Book 3, page 7",
    }
    paid = ada.post(f"{TREASURY}/payments", json=given)
    assert paid.status_code == 201, paid.text
    assert paid.json()["member_id"] == str(web.hall.members["fia"])
    assert fia.get(MINE).json()["standing"] == "current"
    [receipt] = fia.get(f"{MINE}/receipts").json()
    assert (receipt["number"], receipt["amount"]["amount"]) == ("2026-0001", 300)
    assert web.program("bo", *EVERYTHING).get(f"{MINE}/receipts").json() == []


def test_a_call_with_a_key_counts_once(web: Web) -> None:
    ada = web.program("ada", *EVERYTHING)
    given = {
        "who": f"@{newcomer(web)}",
        "amount": {"amount": 300, "currency": "USD"},
        "received_on": "2026-11-09",
    }
    key = {"idempotency-key": "once"}
    first, second = (ada.post(f"{TREASURY}/payments", json=given, headers=key) for _ in range(2))
    assert first.json() == second.json()
    assert len(payments(web)) == 1
    other = given | {"received_on": "2026-11-08"}
    assert ada.post(f"{TREASURY}/payments", json=other, headers=key).status_code == 409


BAD_PAYMENTS = [
    ({"who": "@nobody"}, "who"),
    ({"received_on": "2026-12-01"}, "received_on"),
    ({"amount": {"amount": 0, "currency": "USD"}}, "amount"),
    ({"amount": {"amount": 5, "currency": "EUR"}}, "currency"),
    ({"way": "card"}, "way"),
]


@pytest.mark.parametrize(("fields", "name"), BAD_PAYMENTS)
def test_a_payment_that_is_none_is_not_booked(web: Web, fields: dict[str, Any], name: str) -> None:
    given = {"amount": {"amount": 5, "currency": "USD"}, "received_on": "2026-11-09"}
    answer = web.program("ada", *EVERYTHING).post(f"{TREASURY}/payments", json=given | fields)
    assert answer.status_code == 422
    assert name in answer.json()["fields"]
    assert payments(web) == []


@pytest.mark.parametrize("how", ["waiver", "pledge"])
def test_nothing_is_a_place_that_the_roll_does_not_show(web: Web, how: str) -> None:
    fia = web.program(newcomer(web), *EVERYTHING)
    if how == "waiver":
        mine = fia.post(f"{MINE}/waiver").json()
    else:
        nothing = {"amount": {"amount": 0, "currency": "USD"}}
        mine = fia.put(f"{MINE}/pledge", json=nothing).json()
    assert (mine["standing"], mine["free_place"]) == ("exempt", True)
    roll = web.program("ada", *EVERYTHING).get(f"{TREASURY}/roll").json()
    [row] = [row for row in roll if row["username"] == "fia"]
    assert (row["standing"], row["unpaid"]) == ("current", None)
    assert len(acts(web, "dues.looked_at")) == 1


def test_stopping_is_known_at_once(web: Web) -> None:
    choose(web, newcomer(web))
    mine = web.program("fia", *EVERYTHING).post(f"{MINE}/stop").json()
    assert (mine["pledge"], mine["invoice"]) == (None, None)
    assert pledge_of(web, "fia").state is PledgeState.STOPPED


def test_the_books_add_up_and_name_nobody(web: Web) -> None:
    for number in range(5):
        record(web, newcomer(web, f"member{number}x"), f"{number + 3}")
    bo = web.program("bo", *EVERYTHING)
    summary, entries = bo.get(f"{BOOKS}/summary"), bo.get(f"{BOOKS}/entries")
    assert summary.json()["held"] == {"amount": 2500, "currency": "USD"}
    assert summary.json()["payers"] == 5
    for entry in entries.json():
        assert sum(line["amount"]["amount"] for line in entry["lines"]) == 0
    paid = [entry for entry in entries.json() if entry["kind"] == "payment"]
    assert [entry["members"] for entry in paid] == [5]
    for text in (summary.text, entries.text):
        assert not [tale for tale in tell_tales(web) if tale in text]
        assert "member0x" not in text


def test_a_year_of_entries_leads_to_the_year_before(web: Web) -> None:
    record(web, newcomer(web))
    web.hall.pass_days(60)
    bo = web.program("bo", *EVERYTHING)
    this = bo.get(f"{BOOKS}/entries")
    assert this.headers["link"].endswith('/api/coop/v1/books/entries?year=2026>; rel="next"')
    assert bo.get(f"{BOOKS}/entries?year=2026").json()
    assert "link" not in bo.get(f"{BOOKS}/entries?year=2026").headers
    assert bo.get(f"{BOOKS}/entries?year=x").status_code == 422


def test_standings_are_counted_at_any_moment_of_the_past(web: Web) -> None:
    bo = web.program("bo", *EVERYTHING)
    before = web.hall.now
    web.hall.pass_days(1)
    newcomer(web, days=0)
    choose(web, "fia", "none")
    bo = web.program("bo", *EVERYTHING)
    now = bo.get(f"{API}/standing").json()
    assert now["members"] == 6
    assert (now["counts"]["current"], now["counts"]["exempt"]) == (6, None)
    then = bo.get(f"{API}/standing", params={"at": before.isoformat()}).json()
    assert then["members"] == 5


@pytest.mark.parametrize("days", [1, 400])
def test_nobody_counts_the_future(web: Web, days: int) -> None:
    at = (web.hall.now + timedelta(days=days)).isoformat()
    bo = web.program("bo", *EVERYTHING)
    assert bo.get(f"{API}/standing", params={"at": at}).status_code == 422


@pytest.mark.parametrize("at", ["yesterday", "2026-11-01T12:00:00"])
def test_a_moment_has_its_zone(web: Web, at: str) -> None:
    bo = web.program("bo", *EVERYTHING)
    assert bo.get(f"{API}/standing", params={"at": at}).status_code == 422


def test_the_last_month_is_closed_once(web: Web) -> None:
    record(web, newcomer(web))
    ada = web.program("ada", *EVERYTHING)
    path = f"{TREASURY}/periods/2026-11/close"
    assert ada.post(path).status_code == 409
    web.hall.pass_days(30)
    ada = web.program("ada", *EVERYTHING)
    assert ada.post(path).json()["state"] == "closed"
    assert ada.post(path).status_code == 409
    assert ada.post(f"{TREASURY}/periods/13-2026/close").status_code == 422


def test_a_coop_without_cards_says_how_to_pay(web: Web) -> None:
    bo = web.program("bo", *EVERYTHING)
    refused = bo.post(f"{MINE}/checkout")
    assert refused.status_code == 409
    assert refused.json()["error"].startswith("This co-op takes no card payments.")
    guide = "Account 12-34 of the Riverside Bank."
    web.browser("ada").sent(f"{PAGES}/guide", on=PAGES, text=guide)
    assert guide in bo.post(f"{MINE}/checkout").json()["error"]


def test_roll_and_receipts_go_on_page_by_page(web: Web) -> None:
    ada, seen = web.program("ada", *EVERYTHING), []
    address = f"{TREASURY}/roll?limit=2"
    while address:
        page = ada.get(address)
        seen += [int(row["id"]) for row in page.json()]
        address = page.links.get("next", {}).get("url", "")
    assert seen == sorted(web.hall.members.values())
    for amount in ("3.00", "4.00", "5.00"):
        record(web, newcomer(web) if amount == "3.00" else "fia", amount)
    fia = web.program("fia", *EVERYTHING)
    first = fia.get(f"{MINE}/receipts?limit=2")
    rest = fia.get(first.links["next"]["url"])
    amounts = [row["amount"]["amount"] for row in first.json() + rest.json()]
    assert amounts == [500, 400, 300]
    assert "next" not in rest.links
