"""The co-op API of deciding: a proposal's way, and who may call."""

from governance.decision import Outcome
from governance.verify import check
from tests.governance.hall import TERMS
from tests.governance.web import API, Web

NEW = {"type": "terms", "title": "Delete", "body": "Gone is gone.", "effects": [TERMS]}


def test_without_the_scope_or_a_token_nothing_is_done(web: Web) -> None:
    assert web.program(None).get(f"{API}/documents").status_code == 401
    reader = web.program("bo", "coop:read")
    assert reader.post(f"{API}/proposals", json=NEW).status_code == 403
    assert web.program("bo", "read", "write").get(f"{API}/documents").status_code == 403


def test_from_the_draft_to_the_result(web: Web) -> None:
    bo, cleo = web.program("bo"), web.program("cleo")
    made = bo.post(f"{API}/proposals", json=NEW)
    assert made.status_code == 201, made.text
    path = f"{API}/proposals/{made.json()['id']}"
    assert cleo.get(path).status_code == 404
    assert bo.post(f"{path}/submit").json()["state"] == "seeking_support"
    assert cleo.post(f"{path}/second").json()["state"] == "deliberation"
    proposal_id = int(made.json()["id"])
    web.hall.go_to(web.hall.proposal(proposal_id).opens_at)
    assert bo.put(f"{path}/ballot", json={"choice": "maybe"}).status_code == 422
    for program in (bo, cleo):
        assert len(program.put(f"{path}/ballot", json={"choice": "yes"}).json()["receipt"]) == 64
    assert bo.get(f"{path}/result").status_code == 403
    web.hall.go_to(web.hall.proposal(proposal_id).closes_at)
    assert bo.get(f"{path}/result").json()["counts"]["yes"] == 2
    assert check(bo.get(f"{path}/bundle").json()).outcome is Outcome.PASSED


def test_the_law_and_the_log_are_read(web: Web) -> None:
    bo = web.program("bo")
    assert bo.get(f"{API}/documents/terms").json()["version"] == 1
    assert bo.get(f"{API}/documents/terms/versions/9").status_code == 404
    assert bo.post(f"{API}/documents/terms/accept").status_code == 200
    assert bo.get(f"{API}/log").json()[0]["kind"] == "coop.founded"
    assert bo.get(f"{API}/log/head").json()["seq"] >= 1


def test_an_order_is_enacted_by_its_office_and_once(web: Web) -> None:
    order_id = web.hall.queued()
    path = f"{API}/orders/{order_id}"
    refused = web.program("bo").post(f"{path}/enact", json={})
    assert refused.status_code == 403
    assert "order.not_the_office" in refused.json()["error"]
    ada = web.program("ada")
    assert ada.get(path).json()["state"] == "waiting"
    assert web.program("ada", "coop:read").post(f"{path}/enact", json={}).status_code == 403
    assert ada.post(f"{path}/enact", json={}).json()["state"] == "enacted"
    again = ada.post(f"{path}/enact", json={})
    assert again.status_code == 409
    assert "order.used" in again.json()["error"]


def test_proposals_are_listed_and_withdrawn_by_their_author(web: Web) -> None:
    proposal_id = web.hall.deliberating("bo")
    bo, cleo = web.program("bo"), web.program("cleo")
    [one] = cleo.get(f"{API}/proposals?state=deliberation&type=terms").json()
    assert one["id"] == str(proposal_id)
    path = f"{API}/proposals/{proposal_id}/withdraw"
    assert cleo.post(path).status_code == 403
    assert bo.post(path).json()["state"] == "withdrawn"
    assert bo.get(f"{API}/proposals?state=deliberation").json() == []
