"""An order that somebody in office will not carry out: said once, in public, open to others."""

import re
from copy import deepcopy
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.core.errors import Invalid, NotFound
from app.members.models import Member
from app.members.offices import Office
from governance import service
from governance.bundle import export_bundle
from governance.lifecycle import State
from governance.live import differences
from governance.models import Declination
from governance.queries import order_view, orders_waiting_for
from governance.refusals import Code, NotNow, NotYours
from governance.seals import LOG, Kind, text_hash
from governance.service.declining import REASON_MAX
from governance.verify import Fault, check
from tests.factories import make_mandate
from tests.governance.hall import Hall
from tests.governance.sealed import OPENS_AT, Chain
from tests.governance.test_guard import election
from tests.governance.test_live import by_hand
from tests.governance.test_told import told
from tests.governance.web import API, SQLITE, Web

ORDERS = "/duties/admin/orders"
WHY = "I think that it breaks our lease."


def decline(hall: Hall, order_id: int, name: str = "ada", reason: str = WHY) -> None:
    with hall.db.write.begin() as session:
        service.decline_order(
            session,
            order_id,
            actor=hall.actor(name),
            reason=reason,
            effects=hall.effects,
            now=hall.now,
        )


def code_of(hall: Hall, order_id: int, name: str) -> Code:
    """Return the code with which declining is refused; nothing must have been written."""
    before = (len(hall.log()), hall.scalars(select(Declination.member_id)))
    with pytest.raises((NotYours, NotNow)) as caught:
        decline(hall, order_id, name)
    assert (len(hall.log()), hall.scalars(select(Declination.member_id))) == before
    error = caught.value
    assert isinstance(error, NotYours | NotNow)
    return error.code


def give_admin(hall: Hall, name: str) -> None:
    with hall.db.write.begin() as session:
        make_mandate(session, session.get_one(Member, hall.members[name]), Office.ADMIN)


def test_only_who_could_carry_it_out_declines_it(hall: Hall) -> None:
    order_id = hall.queued()
    assert code_of(hall, order_id, "bo") is Code.NOT_THE_OFFICE
    with pytest.raises(NotFound):
        decline(hall, 1)


def test_whoever_gains_by_it_has_nothing_to_decline(hall: Hall) -> None:
    order_id = hall.queued(**election(hall, "ada", "treasurer"))
    assert code_of(hall, order_id, "ada") is Code.BENEFICIARY


def test_it_is_declined_once(hall: Hall) -> None:
    order_id = hall.queued()
    decline(hall, order_id)
    assert code_of(hall, order_id, "ada") is Code.DECLINED_BEFORE


def test_what_is_over_is_not_declined(hall: Hall) -> None:
    enacted, expired = hall.queued(), hall.queued("cleo", title="Again")
    hall.enact(enacted)
    assert code_of(hall, enacted, "ada") is Code.USED
    hall.clock.set(hall.order(expired).not_after)
    assert code_of(hall, expired, "ada") is Code.TOO_LATE
    hall.runner.run_until_idle()
    assert code_of(hall, expired, "ada") is Code.USED


@pytest.mark.parametrize("reason", ["", " \n", "x" * (REASON_MAX + 1), "a\0b"])
def test_it_needs_a_reason(hall: Hall, reason: str) -> None:
    order_id = hall.queued()
    with pytest.raises(Invalid) as caught:
        decline(hall, order_id, reason=reason)
    assert "reason" in caught.value.fields
    assert Kind.DECLINED not in {one.kind for one in hall.log()}


def test_another_holder_carries_out_what_one_declined(hall: Hall) -> None:
    order_id = hall.queued()
    give_admin(hall, "dov")
    decline(hall, order_id)
    assert {n for n, texts in told(hall).items() if "declined" in str(texts)} == {"bo", "dov"}
    with hall.db.read.begin() as session:
        waiting = {
            name: len(
                orders_waiting_for(session, hall.actor(name), effects=hall.effects, now=hall.now)
            )
            for name in ("ada", "dov")
        }
    assert waiting == {"ada": 0, "dov": 1}
    hall.enact(order_id, "dov")
    assert hall.state(hall.order(order_id).proposal_id) is State.ENACTED


def test_who_changes_their_mind_is_shown_with_both(hall: Hall) -> None:
    order_id = hall.queued()
    decline(hall, order_id)
    hall.enact(order_id, "ada")
    proposal_id = hall.order(order_id).proposal_id
    assert hall.log_of(proposal_id)[-2:] == [Kind.DECLINED, Kind.ENACTED]
    entry = hall.log()[-2].payload
    assert entry["reason_hash"] == text_hash(WHY)
    assert WHY not in str(entry)
    with hall.db.read.begin() as session:
        view = order_view(
            session, order_id, viewer=hall.actor("bo"), effects=hall.effects, now=hall.now
        )
        assert check(export_bundle(session, proposal_id, viewer=None))
        assert list(differences(session)) == []
    assert view.changed_their_mind
    assert [one.reason for one in view.declined] == [WHY]


@pytest.mark.parametrize(
    "statement", ["UPDATE declinations SET reason = 'x'", "DELETE FROM declinations"]
)
def test_the_database_keeps_what_was_declined(hall: Hall, statement: str) -> None:
    decline(hall, hall.queued())
    with pytest.raises(IntegrityError, match="stays on record"), hall.db.write.begin() as session:
        session.execute(text(statement))


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        pytest.param(
            "UPDATE declinations SET reason = 'Gladly.'",
            "who declined it, or why, is not what the log says",
            id="another reason",
        ),
        pytest.param(
            "DELETE FROM declinations", "somebody declined it, and that is gone", id="none at all"
        ),
    ],
)
def test_what_was_changed_by_hand_is_named(hall: Hall, statement: str, named: str) -> None:
    order_id = hall.queued()
    decline(hall, order_id)
    by_hand(hall, "declinations", statement)
    with hall.db.read.begin() as session:
        [fault] = differences(session)
    assert str(fault) == f"order {order_id}: {named}"


def forged(bundle: dict[str, Any], *kinds: Kind, **payload: Any) -> dict[str, Any]:
    """Return a bundle whose log goes on with such entries about its decision, sealed anew."""
    found = deepcopy(bundle)
    log = Chain(LOG, found["log"][-1]["seq"])
    log.hash = found["log"][-1]["hash"]
    log.entries = found["log"]
    ordered = next(one["payload"] for one in log.entries if one["kind"] == Kind.QUEUED)
    for kind in kinds:
        log.append(kind, ordered | payload, OPENS_AT)
    return found


FORGED = [
    pytest.param(
        [Kind.DECLINED, Kind.DECLINED], "has declined the order before", id="the same one twice"
    ),
    pytest.param(
        [Kind.ENACTED, Kind.DECLINED], "an order was declined that was not open", id="too late"
    ),
]


@SQLITE
@pytest.mark.parametrize(("kinds", "named"), FORGED)
def test_a_forged_log_is_named(hall: Hall, kinds: list[Kind], named: str) -> None:
    order_id = hall.queued()
    with hall.db.read.begin() as session:
        bundle = export_bundle(session, hall.order(order_id).proposal_id, viewer=None)
    assert check(forged(bundle, Kind.DECLINED, by="1"))
    with pytest.raises(Fault, match=named):
        check(forged(bundle, *kinds, by="1"))
    with pytest.raises(Fault, match=r"payload_hash: is not the hash of what was voted on"):
        check(forged(bundle, Kind.DECLINED, by="1", payload_hash="0" * 64))


def test_the_form_asks_for_a_reason_and_all_pages_show_it(web: Web) -> None:
    order_id = web.hall.queued()
    proposal_id = web.hall.order(order_id).proposal_id
    form, ada = f"{ORDERS}/{order_id}/decline", web.browser("ada")
    assert form not in web.browser("bo").read(ORDERS)
    assert web.browser("bo").get(form).status_code == 403
    assert form in ada.read(ORDERS)
    assert ada.send(form, reason="  ").status_code == 422
    assert ada.sent(form, reason=WHY) == f"{ORDERS}#order-{order_id}"
    assert ada.get(form).status_code == 403
    page = ada.read(ORDERS)
    assert WHY in page
    assert "Carry it out" in page
    assert WHY in web.browser("bo").read(f"/coop/proposals/{proposal_id}")
    assert WHY in web.browser("bo").read(f"/coop/proposals/{proposal_id}/result")
    assert WHY not in web.visitor().read(f"/coop/proposals/{proposal_id}/result")
    ada.sent(f"{ORDERS}/{order_id}/enact", on=ORDERS)
    assert "carried it out after all" in ada.read(ORDERS)
    assert "They had declined before." in ada.read(f"/coop/proposals/{proposal_id}/result")


def test_members_may_recall_who_let_an_order_expire(web: Web) -> None:
    hall = web.hall
    give_admin(hall, "dov")
    order_id = hall.queued()
    decline(hall, order_id)
    bo = web.browser("bo")
    assert "type=recall" not in bo.read(ORDERS)
    hall.go_to(hall.order(order_id).not_after)
    page = web.browser("bo").read(ORDERS)
    links = re.findall(r'href="(/coop/proposals/new\?type=recall[^"]*)"', page)
    assert [re.findall(r"member=(\w+)", link) for link in links] == [["ada"], ["dov"]]
    bo = web.browser("bo")
    link = links[1].replace("&amp;", "&")
    draft = bo.read(link)
    assert 'value="dov"' in draft
    assert '<option value="admin" selected>' in draft
    assert "dov leaves the office of admin" in draft
    to = bo.sent(
        "/coop/proposals/new?type=recall",
        title="dov leaves the office of admin",
        member="dov",
        office="admin",
        keep="1",
    )
    assert "dov no longer holds the office of admin" in bo.read(to)


@SQLITE
def test_a_program_declines_with_a_reason(web: Web) -> None:
    order_id = web.hall.queued()
    path = f"{API}/orders/{order_id}"
    ada = web.program("ada")
    assert ada.post(f"{path}/decline", json={}).status_code == 422
    refused = web.program("bo").post(f"{path}/decline", json={"reason": WHY})
    assert refused.status_code == 403
    assert "order.not_the_office" in refused.json()["error"]
    declined = ada.post(f"{path}/decline", json={"reason": WHY}).json()
    assert [(one["by"], one["reason"]) for one in declined["declined"]] == [("ada", WHY)]
    assert declined["state"] == "waiting"
    again = ada.post(f"{path}/decline", json={"reason": WHY})
    assert (again.status_code, "order.declined_before" in again.json()["error"]) == (409, True)
