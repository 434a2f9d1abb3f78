"""The hub, orders, offices, the log: who sees them, and who may act."""

import pytest
from sqlalchemy import func, select

from app.core.duties import Duty
from governance.lifecycle import State
from governance.models import DocumentVersion, Enactment
from governance.rules import DecisionType
from governance.shown.entries import log_rows
from governance.views import LogLine
from tests.governance.hall import Hall
from tests.governance.web import Web

ORDERS = "/duties/admin/orders"
TABLE = [
    # path, visitor, member, officer
    pytest.param("/coop", 303, 200, 200, id="the hub is for members"),
    pytest.param("/coop/roles", 200, 200, 200, id="offices are public"),
    pytest.param("/coop/roles/treasurer", 200, 200, 200, id="each office is public"),
    pytest.param("/coop/roles/king", 404, 404, 404, id="an office that we do not have"),
    pytest.param("/coop/log", 200, 200, 200, id="the log is public"),
    pytest.param("/coop/log?before=0", 422, 422, 422, id="a place before the beginning"),
    pytest.param("/coop/verify", 200, 200, 200, id="how to check is public"),
    pytest.param("/coop/constitution", 200, 200, 200, id="the rules are public"),
    pytest.param("/duties", 303, 403, 200, id="duties are for people in office"),
    pytest.param(ORDERS, 303, 200, 200, id="orders are for members to read"),
    pytest.param("/duties/admin/given-up", 303, 403, 200, id="given-up work is for admins"),
]


@pytest.mark.parametrize(("path", "visitor", "member", "officer"), TABLE)
def test_who_sees_what(web: Web, path: str, visitor: int, member: int, officer: int) -> None:
    assert web.visitor().get(path).status_code == visitor
    assert web.browser("bo").get(path).status_code == member
    assert web.browser("ada").get(path).status_code == officer


def enactments(hall: Hall) -> int:
    ordered = select(func.count()).select_from(Enactment).where(Enactment.order_id.is_not(None))
    return int(hall.scalars(ordered)[0])


REFUSED = [
    pytest.param("bo", 403, id="a member without the office"),
    pytest.param("cleo", 403, id="another member"),
]


@pytest.mark.parametrize(("name", "status"), REFUSED)
def test_only_the_office_enacts(web: Web, name: str, status: int) -> None:
    order_id = web.hall.queued()
    browser = web.browser(name)
    assert "Carry it out" not in browser.read(ORDERS)
    answer = browser.send(f"{ORDERS}/{order_id}/enact", on="/coop/proposals/new?type=policy")
    assert answer.status_code == status
    assert "order.not_the_office" in answer.text
    assert enactments(web.hall) == 0


@pytest.mark.parametrize("order_id", ["1", "x", str(2**70)])
def test_no_such_order_is_refused(web: Web, order_id: str) -> None:
    ada = web.browser("ada")
    on = "/coop/proposals/new?type=policy"
    assert ada.send(f"{ORDERS}/{order_id}/enact", on=on).status_code == 404
    assert ada.send(f"{ORDERS}/{order_id}/approve", on=on).status_code == 404
    assert ada.send(f"{ORDERS}/{order_id}/decline", on=on, reason="No.").status_code == 404
    assert ada.get(f"{ORDERS}/{order_id}/decline").status_code == 404


def test_one_button_enacts_what_was_decided_once(web: Web) -> None:
    order_id = web.hall.queued()
    ada = web.browser("ada")
    page = ada.read(ORDERS)
    assert "<ins>" in page
    assert "one order waits for you" in ada.read("/duties")
    assert "Delete what people delete" in ada.read("/coop")
    to = ada.sent(f"{ORDERS}/{order_id}/enact", on=ORDERS)
    assert to.endswith("/result")
    assert "It is carried out" in ada.read(to)
    assert enactments(web.hall) == 1
    again = ada.send(f"{ORDERS}/{order_id}/enact", on="/coop/proposals/new?type=policy")
    assert again.status_code == 409
    assert "order.used" in again.text
    versions = select(func.count()).select_from(DocumentVersion)
    assert web.hall.scalars(versions.where(DocumentVersion.version == 2)) == [1]


def test_what_people_do_needs_a_proof(web: Web) -> None:
    effects = [{"kind": "statement", "payload": {"text": "Buy a kettle."}}]
    order_id = web.hall.queued(type=DecisionType.POLICY, title="Buy a kettle", effects=effects)
    ada = web.browser("ada")
    wrong = ada.send(f"{ORDERS}/{order_id}/enact", on=ORDERS, proof="javascript:alert(1)")
    assert wrong.status_code == 422
    assert enactments(web.hall) == 0
    ada.sent(f"{ORDERS}/{order_id}/enact", on=ORDERS, proof="https://kettles.example/42")
    assert enactments(web.hall) == 1


def test_the_hub_asks_for_a_vote_until_it_is_cast(web: Web) -> None:
    proposal_id = web.hall.voting()
    bo = web.browser("bo")
    assert f"/coop/proposals/{proposal_id}/vote" in bo.read("/coop")
    web.hall.vote(proposal_id, "bo")
    assert f"/coop/proposals/{proposal_id}/vote" not in web.browser("bo").read("/coop")


def test_visitors_learn_what_was_decided_from_the_front_door(web: Web) -> None:
    proposal_id = web.hall.closed(web.hall.voting())
    assert web.hall.state(proposal_id) is State.CHALLENGEABLE
    assert f"/coop/proposals/{proposal_id}/result" in web.visitor().read("/")


def test_caretakers_are_marked_with_their_end(web: Web) -> None:
    page = web.visitor().read("/coop/roles")
    assert "caretaker, not elected" in page
    assert "February" in page


def test_work_that_was_given_up_is_tried_again(web: Web) -> None:
    with web.hall.db.write.begin() as session:
        session.add(
            Duty(
                kind="mail.send",
                payload={},
                due_at=web.hall.now,
                abandoned_at=web.hall.now,
                last_error="refused",
            )
        )
    ada = web.browser("ada")
    assert "refused" in ada.read("/duties/admin/given-up")
    [duty_id] = web.hall.scalars(select(Duty.id).where(Duty.abandoned_at.is_not(None)))
    ada.sent(f"/duties/admin/given-up/{duty_id}/retry", on="/duties/admin/given-up")
    assert not web.hall.scalars(select(Duty.id).where(Duty.abandoned_at.is_not(None)))


def test_the_log_is_paged_from_its_newest_line(web: Web) -> None:
    web.hall.closed(web.hall.voting())
    page = web.visitor().read("/coop/log")
    assert "Voting closed, and was counted" in page
    assert "The co-op was founded" in web.visitor().read("/coop/log?before=2")


@pytest.mark.parametrize("kind", [DecisionType.POLICY, DecisionType.RECALL])
def test_the_log_names_what_is_about_a_member_to_members_only(
    web: Web, kind: DecisionType
) -> None:
    recall = {"member": str(web.hall.members["ada"]), "office": "treasurer"}
    effects = [{"kind": "role.end", "payload": recall}] if kind is DecisionType.RECALL else []
    payload = {"proposal": str(web.hall.draft(type=kind, effects=effects))}
    line = LogLine(1, web.hall.now, "proposal.opened", payload, "0" * 64, "0" * 64)
    with web.kernel.db.read.begin() as session:
        [(_, sentence, told)] = log_rows(session, [line], to_member=False)
        [(_, _, known)] = log_rows(session, [line], to_member=True)
    assert sentence == "Voting opened"
    assert (told is not None) is (kind is DecisionType.POLICY)
    assert known is not None


def test_the_hub_shows_a_matter_once_and_what_comes_first_on_top(web: Web) -> None:
    web.hall.voting()
    page = web.browser("bo").read("/coop")
    assert page.index("Voting closes") < page.index("Time in office ends")
    assert 'href="/coop/calendar"' in page
