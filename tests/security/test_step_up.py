"""AUTH 16 for officers: whoever acts over money and members has just confirmed it is them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

import pytest
from sqlalchemy import select

from app.core.settings import Registration
from app.http.tickets import SAFE
from app.members.states import MemberState
from dues.billing.models import Expense
from tests.dues.people import NEW, TREASURY, choose, newcomer, payments, record
from tests.governance.web import BASE_URL, SQLITE, Browser, Web
from tests.http.conftest import ticket_of
from tests.security.doors import Door, doors_of, rows_in, writing_doors
from tests.web.people.conftest import PASSWORD, House

CONFIRM = "/login/confirm?next="
CONFIRMED = ", who has just confirmed it is them"
APPLICATIONS = "/duties/admin/applications"
EXPENSES = f"{TREASURY}/expenses"
ACTS = "/duties/emergencies"
MAILBOX = "/duties/admin/mailbox"
DAY = "2026-11-09"

# What officers send that moves neither money nor members.
UNASKED = {
    "/duties/admin/given-up/{duty_id}/retry": "a machine tries its own work again",
    "/duties/announcements": "words to everybody, which anybody in office may write and end",
    "/duties/announcements/{announcement_id:int}/end": "words to everybody come to their end",
    "/duties/emojis": "a small picture, which whoever keeps them may remove",
    "/duties/emojis/{emoji_id:int}": "the name of a small picture",
    "/duties/emojis/{emoji_id:int}/remove": "a small picture, which can be sent again",
    "/duties/moderation/reports/{report_id:int}/close": "an answer to a report, no measure",
    "/duties/note": "a note for whoever holds the office next",
}


@dataclass(frozen=True)
class Act:
    """What an officer sends: to where, on which page its form stands, and what is filled in."""

    to: str
    on: str
    fields: Mapping[str, str] = field(default_factory=dict)


def confirmed_doors(web: Web) -> list[Door]:
    return [door for door in doors_of(web.app) if door.access.endswith(CONFIRMED)]


def lay(web: Web) -> dict[str, Act]:
    """Lay out something to do for each route that asks again; return the acts by route."""
    for name in ("fia", "gil"):
        choose(web, newcomer(web, name))
        record(web, name)
    record(web, "", "7")
    fia, gil, nameless = [f"{TREASURY}/payments/{payment.id}" for payment in payments(web)]
    sum_ = {"amount": "5", "way": "transfer", "day": DAY}
    spent = sum_ | {"line": "Hosting", "memo": "The machine"}
    web.browser("ada").sent(EXPENSES, key="e" * 32, **spent)
    [expense] = web.hall.scalars(select(Expense.id))
    noor, olu = [web.hall.add(name, state=MemberState.WAITING) for name in ("noor", "olu")]
    web.hall.clock.advance(days=30)
    return {
        f"{TREASURY}/payments/new": Act(NEW, f"{NEW}?who=gil", sum_ | {"key": "a" * 32}),
        f"{TREASURY}/payments/{{payment}}/refund": Act(
            f"{fia}/refund", fia, sum_ | {"key": "b" * 32}
        ),
        f"{TREASURY}/payments/{{payment}}/back": Act(f"{gil}/back", gil),
        f"{TREASURY}/payments/{{payment}}/owner": Act(
            f"{nameless}/owner", TREASURY, {"who": "@fia"}
        ),
        f"{TREASURY}/guide": Act(f"{TREASURY}/guide", TREASURY, {"text": "Bank 1"}),
        EXPENSES: Act(EXPENSES, EXPENSES, spent | {"key": "c" * 32}),
        f"{EXPENSES}/{{expense}}/back": Act(f"{EXPENSES}/{expense}/back", EXPENSES),
        f"{TREASURY}/periods/{{month}}/close": Act(f"{TREASURY}/periods/2026-11/close", TREASURY),
        f"{APPLICATIONS}/{{member_id:int}}/admit": Act(
            f"{APPLICATIONS}/{noor}/admit", APPLICATIONS
        ),
        f"{APPLICATIONS}/{{member_id:int}}/refuse": Act(
            f"{APPLICATIONS}/{olu}/refuse", APPLICATIONS, {"answer": "Not now."}
        ),
        ACTS: Act(ACTS, ACTS, {"what": "close", "reason": "Forty sign-ups an hour."}),
    }


def ticket_on(browser: Browser) -> str:
    return ticket_of(browser.read("/settings/account"))


def led_back(location: str) -> str:
    """Return the page that whoever confirms comes back to."""
    assert location.startswith(CONFIRM), location
    return unquote(location.removeprefix(CONFIRM))


@SQLITE
def test_no_act_over_money_or_members_is_forgotten(web: Web) -> None:
    """A new form of an officer is declared `confirmed_office`, or stands in UNASKED with why."""
    officers = {door.path for door in writing_doors(web.app) if door.access.startswith("office")}
    asked = {door.path for door in confirmed_doors(web) if door.method not in SAFE}
    assert officers - asked == set(UNASKED)
    assert asked == set(lay(web)), "each has its line in the table"


@SQLITE
def test_an_officer_with_an_old_stamp_changes_nothing(web: Web) -> None:
    laid, ada = lay(web), web.browser("ada")
    web.hall.clock.advance(minutes=30)
    ticket, before = ticket_on(ada), rows_in(web.kernel)
    for act in laid.values():
        answer = ada.client.post(act.to, data={"csrf": ticket, **act.fields})
        assert answer.status_code == 303, act.to
        assert led_back(answer.headers["location"]), act.to
        assert rows_in(web.kernel) == before, act.to


@SQLITE
def test_an_officer_who_is_not_asked_has_confirmed_within_half_an_hour(web: Web) -> None:
    """What was begun in time is taken a quarter of an hour later: nothing is lost."""
    laid, ada = lay(web), web.browser("ada")
    ticket = ticket_on(ada)
    web.hall.clock.advance(minutes=29, seconds=59)
    for act in laid.values():
        before = rows_in(web.kernel)
        answer = ada.client.post(act.to, data={"csrf": ticket, **act.fields})
        assert answer.status_code == 303, f"{act.to}: {answer.text}"
        assert not answer.headers["location"].startswith(CONFIRM), act.to
        assert rows_in(web.kernel) != before, act.to


@SQLITE
def test_the_page_of_a_form_asks_before_it_is_filled_in(web: Web) -> None:
    asking = {door.address for door in confirmed_doors(web) if door.method == "GET"}
    pages = {NEW, EXPENSES, ACTS, MAILBOX}
    assert asking == {*pages, f"{MAILBOX}/1"}
    ada = web.browser("ada")
    web.hall.clock.advance(minutes=14, seconds=59)
    assert {page: ada.get(page).status_code for page in pages} == dict.fromkeys(pages, 200)
    web.hall.clock.advance(seconds=1)
    before = rows_in(web.kernel)
    for page in pages:
        assert ada.get(page).headers["location"] == f"{CONFIRM}{page}"
    assert led_back(ada.get(f"{NEW}?who=bo").headers["location"]) == f"{NEW}?who=bo"
    assert rows_in(web.kernel) == before, "not even a look at a payer is written down"


WAYS_BACK = [
    pytest.param(lambda act: BASE_URL + act.on, True, id="the page that the browser names"),
    pytest.param(lambda _act: None, False, id="a browser that names none"),
    pytest.param(lambda act: BASE_URL + act.to, False, id="a form that was shown again"),
    pytest.param(lambda _act: "https://evil.example/home", False, id="a page of another site"),
]


@SQLITE
@pytest.mark.parametrize(("referer", "exactly"), WAYS_BACK)
def test_who_confirmed_comes_back_to_a_page_that_is_there(
    web: Web, referer: Callable[[Act], str | None], exactly: bool
) -> None:
    laid, ada = lay(web), web.browser("ada")
    web.hall.clock.advance(hours=1)
    ticket = ticket_on(ada)
    back: dict[str, str] = {}
    for path, act in laid.items():
        came = referer(act)
        headers = {"referer": came} if came else {}
        data = {"csrf": ticket, **act.fields}
        answer = ada.client.post(act.to, data=data, headers=headers)
        back[path] = led_back(answer.headers["location"])
        assert back[path].startswith(act.on.partition("?")[0]), path
    if exactly:
        assert back == {path: act.on for path, act in laid.items()}
    web.confirm(ada)
    found = {page: ada.get(page).status_code for page in back.values()}
    assert found == dict.fromkeys(found, 200)


@SQLITE
def test_a_page_to_read_says_before_somebody_writes_that_it_will_ask(web: Web) -> None:
    laid, ada = lay(web), web.browser("ada")
    gated = {door.path for door in confirmed_doors(web)}
    pages = {act.on for act in laid.values() if act.on.partition("?")[0] not in gated}
    assert len(pages) == 4
    assert not [page for page in pages if "Give it now" in ada.read(page)]
    web.hall.clock.advance(minutes=15)
    for page in pages:
        assert f'href="/login/confirm?next={page}">Give it now' in ada.read(page), page


@SQLITE
def test_our_script_is_sent_to_confirm_as_well(web: Web) -> None:
    laid, ada = lay(web), web.browser("ada")
    web.hall.clock.advance(minutes=30)
    headers = {"hx-request": "true", "x-csrf-token": ticket_on(ada)}
    for act in laid.values():
        answer = ada.client.post(act.to, data=act.fields, headers=headers)
        assert answer.status_code == 204, act.to
        assert led_back(answer.headers["hx-redirect"]), act.to


@SQLITE
def test_a_program_of_an_officer_is_not_asked(web: Web) -> None:
    """Whoever gave it the scope has confirmed just that."""
    tokens = [door.access for door in doors_of(web.app) if door.access.startswith("token")]
    assert not [access for access in tokens if access.endswith(CONFIRMED)]
    ada = web.program("ada")
    web.hall.clock.advance(days=1)
    assert ada.get("/api/coop/v1/treasury/roll").status_code == 200


@SQLITE
def test_no_office_comes_before_the_question_for_the_password(web: Web) -> None:
    """Who holds no office is told so, and not asked for a password in vain."""
    laid, bo = lay(web), web.browser("bo")
    web.hall.clock.advance(days=1)
    ticket = ticket_on(bo)
    for act in laid.values():
        assert bo.client.post(act.to, data={"csrf": ticket, **act.fields}).status_code == 403


def test_an_officer_confirms_and_finishes_what_they_came_for(house: House) -> None:
    house.add("noor", state=MemberState.WAITING)
    ada = house.signed_in("ada", registration=Registration.APPLICATION)
    house.clock.advance(minutes=31)
    ada.visit(APPLICATIONS)
    [admit] = [action for action in ada.actions() if action.endswith("/admit")]
    asked = ada.send(admit)
    assert asked.headers["location"] == f"{CONFIRM}{APPLICATIONS}"
    ada.follow(asked)
    assert ada.confirm(PASSWORD) == APPLICATIONS
    ada.visit(APPLICATIONS)
    assert "They are in" in ada.follow(ada.send(admit))
