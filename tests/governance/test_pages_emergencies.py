"""Acting at once over pages and the API: who may, what members see, and each refusal."""

from typing import Any

import pytest
from sqlalchemy import select

from app.instance.models import Coop
from app.members.models import Member
from app.members.offices import Office
from governance.models import EmergencyAction
from tests.factories import make_mandate
from tests.governance.hall import TERMS, Hall
from tests.governance.web import API, Web

ACTS = "/duties/emergencies"
WHY = "Forty sign-ups an hour."
CLOSE: dict[str, Any] = {
    "kind": "instance.setting",
    "payload": {"name": "registration", "value": "closed"},
}
BODY = {"effects": [CLOSE], "reason": WHY}


def treasurer(hall: Hall, name: str) -> None:
    with hall.db.write.begin() as session:
        make_mandate(session, session.get_one(Member, hall.members[name]), Office.TREASURER)


def acts(hall: Hall) -> int:
    return len(hall.scalars(select(EmergencyAction.id)))


TABLE = [
    # who, page, sending the form
    pytest.param(None, 303, 403, id="a visitor has no way in"),
    pytest.param("bo", 403, 403, id="a member has no office"),
    pytest.param("cleo", 200, 403, id="a treasurer does not close the door"),
    pytest.param("ada", 200, 303, id="an admin does"),
]


@pytest.mark.parametrize(("name", "page", "sent"), TABLE)
def test_who_may_act(web: Web, name: str | None, page: int, sent: int) -> None:
    treasurer(web.hall, "cleo")
    browser = web.browser(name) if name else web.visitor()
    assert browser.get(ACTS).status_code == page
    on = "/coop/log" if name is None else "/coop/proposals/new?type=policy"
    answer = browser.send(ACTS, on=on, what="close", reason=WHY)
    assert answer.status_code == sent
    assert acts(web.hall) == (name == "ada")


def test_what_was_done_is_seen_by_every_member_and_undone(web: Web) -> None:
    ada, bo = web.browser("ada"), web.browser("bo")
    assert "Act now, ask after" in ada.read("/duties")
    assert "Done without a decision" not in bo.read("/coop")
    to = ada.sent(ACTS, what="close", reason=WHY)
    assert "We take no new members" in web.visitor().read("/join")
    hub = bo.read("/coop")
    assert "Done without a decision" in hub
    assert "in the office of admin" in hub
    page = bo.read(to)
    assert "holds until we have answered" in page
    assert WHY in page
    assert "How people join: We take no new members." in page
    assert "An officer acted without a decision" in bo.read("/coop/log")
    proposal_id = int(to.rpartition("/")[2])
    assert "What was done" in page
    assert "What was done is undone" in bo.read(f"{to}/vote")
    bo.sent(f"{to}/vote", choice="no")
    web.hall.go_to(web.hall.proposal(proposal_id).closes_at)
    assert "is undone" in bo.read(f"{to}/result")
    assert "We did not agree to it." in bo.read(to)
    assert "Done without a decision" not in bo.read("/coop")
    web.confirm(ada)
    assert "Undone" in ada.read(ACTS)
    assert "We take no new members" not in web.visitor().read("/join")


def test_an_office_is_ended_by_choosing_its_holder(web: Web) -> None:
    treasurer(web.hall, "cleo")
    ada = web.browser("ada")
    assert "cleo, treasurer" in ada.read(ACTS)
    to = ada.sent(ACTS, what="end", holder="treasurer cleo", reason="Her mail was stolen.")
    assert web.hall.actor("cleo").offices == frozenset()
    assert "cleo no longer holds the office of treasurer." in web.browser("cleo").read(to)


WRONG = [
    pytest.param({}, "what-wrong", id="nothing chosen"),
    pytest.param({"what": "open", "reason": WHY}, "what-wrong", id="something else"),
    pytest.param({"what": "close"}, "reason-wrong", id="no reason"),
    pytest.param({"what": "close", "reason": "x" * 2001}, "reason-wrong", id="a long reason"),
    pytest.param({"what": "end", "reason": WHY}, "holder-wrong", id="nobody chosen"),
    pytest.param(
        {"what": "end", "reason": WHY, "holder": "king ada"}, "holder-wrong", id="no such office"
    ),
    pytest.param(
        {"what": "end", "reason": WHY, "holder": "admin bo"}, "what-wrong", id="not in office"
    ),
]


@pytest.mark.parametrize(("fields", "place"), WRONG)
def test_a_wrong_form_is_shown_again(web: Web, fields: dict[str, str], place: str) -> None:
    answer = web.browser("ada").send(ACTS, **fields)
    assert answer.status_code == 422
    assert f'id="{place}"' in answer.text
    assert acts(web.hall) == 0


def test_a_program_acts_and_reads_what_was_done(web: Web) -> None:
    ada, bo = web.program("ada"), web.program("bo", "coop:read")
    made = ada.post(f"{API}/emergencies", json=BODY)
    assert made.status_code == 201
    done = made.json()
    assert (done["state"], done["office"], done["by"]) == ("standing", "admin", "ada")
    assert done["url"] == f"/coop/proposals/{done['proposal_id']}"
    assert [one["id"] for one in bo.get(f"{API}/emergencies").json()] == [done["id"]]
    assert bo.get(f"{API}/emergencies/{done['id']}").json() == done
    assert bo.get(f"{API}/emergencies/17").status_code == 404
    assert bo.get(f"{API}/proposals/{done['proposal_id']}").json()["type"] == "emergency"


REFUSED: list[Any] = [
    # who, scopes, what, status, code
    pytest.param(None, (), BODY, 401, "", id="nobody"),
    pytest.param("ada", ("coop:vote",), BODY, 403, "coop:officer", id="without the scope"),
    pytest.param("bo", ("coop:officer",), BODY, 403, "office", id="without an office"),
    pytest.param(
        "cleo", ("coop:officer",), BODY, 403, "emergency.not_the_office", id="another office"
    ),
    pytest.param(
        "ada",
        ("coop:officer",),
        BODY | {"effects": [TERMS]},
        403,
        "emergency.needs_a_decision",
        id="new terms",
    ),
    pytest.param("ada", ("coop:officer",), BODY | {"reason": " "}, 422, "reason", id="no reason"),
    pytest.param("ada", ("coop:officer",), BODY | {"effects": []}, 422, "effects", id="nothing"),
    pytest.param("ada", ("coop:officer",), BODY | {"by": "bo"}, 422, "by", id="something more"),
]


@pytest.mark.parametrize(("name", "scopes", "body", "status", "word"), REFUSED)
def test_each_refusal_of_the_api_says_why(
    web: Web, name: str | None, scopes: tuple[str, ...], body: Any, status: int, word: str
) -> None:
    treasurer(web.hall, "cleo")
    answer = web.program(name, *scopes).post(f"{API}/emergencies", json=body)
    assert answer.status_code == status
    assert word in answer.text
    assert acts(web.hall) == 0


def test_twice_is_refused_with_the_rule(web: Web) -> None:
    ada = web.program("ada")
    assert ada.post(f"{API}/emergencies", json=BODY).status_code == 201
    with web.kernel.db.write.begin() as session:
        session.get_one(Coop, 1).registration = None
    again = ada.post(f"{API}/emergencies", json=BODY)
    assert again.status_code == 409
    assert "(Rule 7: emergency.unanswered)" in again.json()["error"]


SETTINGS = [
    pytest.param("registration", "invite", "People join by invitation.", id="how people join"),
    pytest.param("name", "Hillside", "Our name becomes: Hillside", id="the name"),
    pytest.param("tagline", "A quiet street", "A quiet street", id="the purpose"),
    pytest.param("contact", "us@hillside.example", "us@hillside.example", id="the address"),
]


@pytest.mark.parametrize(("name", "value", "sentence"), SETTINGS)
def test_a_member_proposes_a_setting_by_a_form_and_it_is_enacted(
    web: Web, name: str, value: str, sentence: str
) -> None:
    new = f"/coop/proposals/new?type=policy&setting={name}"
    bo, hall = web.browser("bo"), web.hall
    assert f"setting={name}" in bo.read("/coop/proposals/new")
    looked = bo.send(new, title="A change", body="Because.", value=value)
    assert sentence in looked.text
    to = bo.sent(new, title="A change", body="Because.", value=value, keep="1")
    assert value in bo.read(f"{to}/edit")
    proposal_id = int(to.rpartition("/")[2])
    hall.submit(proposal_id)
    hall.second(proposal_id)
    hall.go_to(hall.proposal(proposal_id).opens_at)
    hall.closed(proposal_id)
    hall.go_to(hall.proposal(proposal_id).challenge_until)
    hall.enact(hall.order_of(proposal_id).id)
    assert hall.scalars(select(getattr(Coop, name))) == [value]


WRONG_SETTINGS = [
    pytest.param("registration", "lottery", id="no such way in"),
    pytest.param("name", "", id="no name"),
    pytest.param("contact", "nobody", id="no address"),
]


@pytest.mark.parametrize(("name", "value"), WRONG_SETTINGS)
def test_a_wrong_setting_is_refused_at_its_field(web: Web, name: str, value: str) -> None:
    new = f"/coop/proposals/new?type=policy&setting={name}"
    answer = web.browser("bo").send(new, title="A change", value=value, keep="1")
    assert answer.status_code == 422
    assert 'id="value-wrong"' in answer.text
