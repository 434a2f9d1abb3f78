"""The co-op API of deciding: a proposal's way, and what of it is refused."""

from typing import Any

import pytest

from governance.decision import Outcome
from governance.verify import check
from tests.governance.hall import NEW_TERMS, TERMS
from tests.governance.web import API, SQLITE, Web

NEW = {"type": "terms", "title": "Delete", "body": "Gone is gone.", "effects": [TERMS]}
POLICY = {"type": "policy", "title": "Meet monthly", "body": "On the first Monday."}


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
    result = bo.get(f"{path}/result").json()
    assert result["counts"] == {"yes": 2, "no": 0, "abstain": 0, "block": 0}
    assert (result["turnout"], result["rounds"]) == ("2/5", [result["counts"]])
    assert [step["holds"] for step in result["steps"]] == [True, True]
    assert check(bo.get(f"{path}/bundle").json()).outcome is Outcome.PASSED


def test_a_proposal_tells_what_it_is_and_when(web: Web) -> None:
    bo = web.program("bo")
    made = bo.post(f"{API}/proposals", json=NEW).json()
    assert made["effects"][0]["payload"]["text"] == NEW_TERMS
    assert made["effects"][0]["preview"]["version"] == 2
    assert (made["electorate"], made["order_id"], made["opens_at"]) == (None, None, None)
    assert (made["seconds"], made["seconds_needed"], made["revision"]) == (0, 1, 1)
    assert made["rule_hash"] == bo.get(f"{API}/constitution").json()["terms"]["rule_hash"]
    proposal_id = web.hall.voting("cleo")
    opened = bo.get(f"{API}/proposals/{proposal_id}").json()
    assert (opened["state"], opened["author"]) == ("voting", "cleo")
    assert opened["electorate"]["size"] == 5
    assert len(opened["electorate"]["hash"]) == len(opened["text_hash"]) == 64


def test_a_text_is_edited_until_it_freezes(web: Web) -> None:
    bo, cleo = web.program("bo"), web.program("cleo")
    path = f"{API}/proposals/{bo.post(f'{API}/proposals', json=NEW).json()['id']}"
    other = NEW | {"title": "Delete all of it"}
    edited = bo.put(path, json=other)
    assert (edited.json()["title"], edited.json()["revision"]) == ("Delete all of it", 2)
    assert cleo.put(path, json=other).status_code == 404
    bo.post(f"{path}/submit")
    assert cleo.put(path, json=other).status_code == 403
    talked = cleo.post(f"{path}/second").json()
    edited = bo.put(path, json=NEW)
    assert edited.json()["revision"] == 3
    assert edited.json()["text_hash"] != talked["text_hash"]
    assert bo.put(path, json=POLICY).json()["fields"]["type"]
    web.hall.go_to(web.hall.proposal(int(talked["id"])).freezes_at)
    assert bo.put(path, json=other).status_code == 409
    assert bo.get(path).json()["title"] == "Delete"


def test_members_talk_and_answer_each_other(web: Web) -> None:
    proposal_id = web.hall.deliberating("bo")
    path = f"{API}/proposals/{proposal_id}/comments"
    cleo, dov = web.program("cleo"), web.program("dov")
    said = cleo.post(path, json={"text": "Why 14 days?"})
    assert said.status_code == 201, said.text
    answer = dov.post(path, json={"text": "Backups.", "parent_id": said.json()["id"]}).json()
    assert (answer["author"], answer["parent_id"]) == ("dov", said.json()["id"])
    assert answer["url"] == f"/coop/proposals/{proposal_id}#comment-{answer['id']}"
    page = cleo.get(f"{path}?limit=1")
    assert page.json() == [said.json()]
    assert cleo.get(page.links["next"]["url"]).json() == [answer]
    elsewhere = f"{API}/proposals/{web.hall.deliberating('eve')}/comments"
    assert dov.post(elsewhere, json={"text": "x", "parent_id": answer["id"]}).status_code == 404
    assert cleo.get(elsewhere).json() == []


def test_a_voter_reads_their_own_ballot_and_nobody_elses(web: Web) -> None:
    path = f"{API}/proposals/{web.hall.voting('bo')}/ballot"
    bo, cleo = web.program("bo"), web.program("cleo")
    assert bo.get(path).status_code == 404
    kept = bo.put(path, json={"choice": "no", "reason": "Too soon."}).json()
    mine = bo.get(path).json()
    assert (mine["choice"], mine["reason"]) == ("no", "Too soon.")
    assert {name: mine[name] for name in kept} == kept
    assert cleo.get(path).status_code == 404
    again = bo.put(path, json={"choice": "yes"}).json()
    assert again["receipt"] != kept["receipt"]
    assert bo.get(path).json()["choice"] == "yes"
    assert web.program("bo", "coop:read").get(path).status_code == 403


def test_how_a_vote_was_held_is_challenged_once(web: Web) -> None:
    proposal_id = web.hall.closed(web.hall.voting("bo"))
    path, dov = f"{API}/proposals/{proposal_id}/challenge", web.program("dov")
    assert dov.post(path, json={"reason": "  "}).json()["fields"]["reason"]
    made = dov.post(path, json={"reason": "The reminders never came."})
    assert made.status_code == 201, made.text
    assert (made.json()["ruling"], made.json()["proposal_id"]) == ("open", str(proposal_id))
    assert dov.post(path, json={"reason": "Again."}).status_code == 409
    web.hall.pass_days(30)
    assert web.program("eve").post(path, json={"reason": "Late."}).status_code == 409


def test_a_decision_on_the_same_matter_is_named(web: Web) -> None:
    earlier, bo = web.hall.deliberating("cleo"), web.program("bo")
    made = bo.post(f"{API}/proposals", json=NEW | {"supersedes": [str(earlier)]})
    assert made.json()["supersedes"] == [str(earlier)]
    nothing = bo.post(f"{API}/proposals", json=NEW | {"supersedes": ["5"]})
    assert nothing.json()["fields"]["supersedes"]


BAD = [
    pytest.param({"method": "stv"}, "method", id="a method of several options"),
    pytest.param({"method": "guessing"}, "method", id="a method that is none"),
    pytest.param(
        {"type": "spending", "effects": [], "method": "consensus"},
        "method",
        id="a method that the rule does not allow",
    ),
    pytest.param({"secrecy": "whispered"}, "secrecy", id="a secrecy that is none"),
    pytest.param({"secrecy": "secret"}, "secrecy", id="secret among five"),
    pytest.param({"options": ["a", "b"]}, "options", id="options to choose from"),
    pytest.param({"type": "emergency"}, "type", id="a type that nobody opens"),
    pytest.param({"type": "bylaws"}, "type", id="an effect of another type"),
    pytest.param({"state": "ratified"}, "state", id="a state of one's own"),
    pytest.param({"author": "ada"}, "author", id="somebody else's name"),
    pytest.param({"title": ""}, "title", id="no title"),
    pytest.param({"title": "x" * 201}, "title", id="too long a title"),
    pytest.param({"title": ["x"]}, "title", id="a title that is no text"),
    pytest.param({"body": "x" * 100_001}, "body", id="too long a text"),
    pytest.param({"body": "a\0b"}, "body", id="NUL in a text"),
    pytest.param({"effects": [TERMS] * 6}, "effects", id="too many effects"),
    pytest.param({"effects": [{"kind": "x", "payload": {}}]}, "effects", id="no such effect"),
    pytest.param(
        {"effects": [{"kind": "document.adopt", "payload": {"slug": "terms"}}]},
        "effects",
        id="an effect without its text",
    ),
    pytest.param(
        {"type": "policy", "effects": [{"kind": "statement", "payload": {"text": "a\0b"}}]},
        "effects",
        id="NUL in an effect",
    ),
    pytest.param({"supersedes": ["-1"]}, "supersedes.0", id="a number that is none"),
]


@SQLITE
@pytest.mark.parametrize(("changed", "field"), BAD)
def test_a_proposal_that_is_none_is_not_written(
    web: Web, changed: dict[str, Any], field: str
) -> None:
    bo = web.program("bo")
    answer = bo.post(f"{API}/proposals", json=NEW | changed)
    assert answer.status_code == 422, answer.text
    assert field in answer.json()["fields"], answer.text
    assert bo.get(f"{API}/proposals").json() == []


def test_a_refused_method_is_told_with_those_that_count(web: Web) -> None:
    answer = web.program("bo").post(f"{API}/proposals", json=NEW | {"method": "schulze"})
    assert answer.json()["fields"]["method"].endswith("majority, consensus.")


BALLOTS: list[Any] = [
    {},
    {"choice": "block"},
    {"choice": "object"},
    {"choice": ["yes"]},
    {"choice": "yes", "approvals": []},
    {"ranking": ["1", "2"]},
    {"scores": {"1": 6}},
    {"choice": "no", "reason": "x" * 501},
    [],
    "yes",
]


@SQLITE
@pytest.mark.parametrize("ballot", BALLOTS, ids=lambda given: str(given)[:40])
def test_marks_that_are_no_vote_leave_no_ballot(web: Web, ballot: Any) -> None:
    path, bo = f"{API}/proposals/{web.hall.voting('cleo')}/ballot", web.program("bo")
    answer = bo.put(path, json=ballot)
    assert answer.status_code == 422
    assert answer.json()["fields"]
    assert bo.get(path).status_code == 404


def test_an_order_is_enacted_by_its_office_and_once(web: Web) -> None:
    order_id = web.hall.queued()
    path = f"{API}/orders/{order_id}"
    refused = web.program("bo").post(f"{path}/enact", json={})
    assert refused.status_code == 403
    assert "order.not_the_office" in refused.json()["error"]
    ada = web.program("ada")
    waiting = ada.get(path).json()
    assert (waiting["state"], waiting["may_enact"], waiting["approvals"]) == (
        "waiting",
        "admin",
        [],
    )
    assert [one["id"] for one in ada.get(f"{API}/orders?state=waiting").json()] == [str(order_id)]
    assert ada.post(f"{path}/enact").json()["state"] == "enacted"
    assert ada.get(f"{API}/orders?state=waiting").json() == []
    again = ada.post(f"{path}/enact", json={})
    assert again.status_code == 409
    assert "order.used" in again.json()["error"]


def test_a_proposal_is_taken_back_by_its_author(web: Web) -> None:
    proposal_id = web.hall.deliberating("bo")
    bo, cleo = web.program("bo"), web.program("cleo")
    path = f"{API}/proposals/{proposal_id}/withdraw"
    assert cleo.post(path).status_code == 403
    assert bo.post(path).json()["state"] == "withdrawn"
    assert bo.get(f"{API}/proposals?state=deliberation").json() == []
    assert bo.post(path).status_code == 409
