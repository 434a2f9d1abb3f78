"""The booth, the receipt, the result: and nothing of it before the close."""

import json
import re

import pytest
from sqlalchemy import func, select

from app.core.kernel import Kernel
from app.instance.presets import Preset
from app.main import create_app
from governance.decision import Outcome
from governance.lifecycle import State
from governance.models import Ballot
from governance.rules import DecisionType
from governance.verify import check
from tests.governance.hall import Hall
from tests.governance.web import Web


def ballots(hall: Hall) -> int:
    return int(hall.scalars(select(func.count()).select_from(Ballot))[0])


def booth(proposal_id: int) -> str:
    return f"/coop/proposals/{proposal_id}/vote"


def test_a_ballot_is_marked_put_in_and_stamped(web: Web) -> None:
    proposal_id = web.hall.voting()
    bo = web.browser("bo")
    page = bo.read(booth(proposal_id))
    assert "ballot for one member" in page
    assert "This vote is sealed." in page
    assert "checked" not in page
    to = bo.sent(booth(proposal_id), choice="yes", reason="Gone is gone.")
    assert to.startswith("/coop/votes/")
    receipt = bo.read(to)
    assert "Your vote is in the box" in receipt
    assert "is not on this paper" in receipt
    assert "Gone is gone." not in receipt
    kept = bo.get(f"{to}/text")
    assert to.rpartition("/")[2] in kept.text
    assert not re.search(r"\byes\b", kept.text, re.IGNORECASE)  # A number may hold the letters.


def test_the_last_paper_counts_and_the_first_receipt_is_for_nothing(web: Web) -> None:
    proposal_id = web.hall.voting()
    bo = web.browser("bo")
    first = bo.sent(booth(proposal_id), choice="yes")
    assert "This paper takes the place of the other one." in bo.read(booth(proposal_id))
    second = bo.sent(booth(proposal_id), choice="no")
    assert first != second
    assert ballots(web.hall) == 1
    assert bo.get(first).status_code == 404
    assert bo.get(second).status_code == 200


WRONG = [
    pytest.param({}, id="nothing marked"),
    pytest.param({"choice": ""}, id="an empty mark"),
    pytest.param({"choice": "maybe"}, id="an answer that is not on it"),
    pytest.param({"choice": "block"}, id="a block where there is none"),
    pytest.param({"choice": "NaN"}, id="no number"),
    pytest.param({"choice": "x" * 10_000}, id="a very long mark"),
    pytest.param({"choice": ["yes", "no"]}, id="both yes and no"),
    pytest.param({"choice": "yes", "reason": "x" * 501}, id="a reason too long"),
    pytest.param({"choice": "yes", "reason": "\0"}, id="a reason of nothing"),
]


@pytest.mark.parametrize("fields", WRONG)
def test_a_spoilt_ballot_comes_back_and_is_not_put_in(web: Web, fields: dict[str, str]) -> None:
    proposal_id = web.hall.voting()
    answer = web.browser("bo").send(booth(proposal_id), **fields)
    assert answer.status_code == 422
    assert "Put it in the box" in answer.text
    assert ballots(web.hall) == 0


def test_a_block_needs_its_reason(empty_hall: Hall, kernel: Kernel) -> None:
    hall = empty_hall.found(Preset.SOCIAL_COOP_LIKE)
    web = Web(create_app(kernel), kernel, hall)
    proposal_id = hall.voting()
    bo = web.browser("bo")
    assert "I block it" in bo.read(booth(proposal_id))
    answer = bo.send(booth(proposal_id), choice="block")
    assert answer.status_code == 422
    assert "This answer needs a reason" in answer.text
    assert ballots(hall) == 0
    bo.sent(booth(proposal_id), choice="block", reason="It cannot be undone.")
    for name in ("ada", "cleo", "dov"):
        hall.vote(proposal_id, name)
    hall.go_to(hall.proposal(proposal_id).closes_at)
    page = bo.read(f"/coop/proposals/{proposal_id}/result")
    assert "It was blocked." in page


def test_whoever_has_no_vote_is_told_why(web: Web) -> None:
    web.hall.add("late", covered=False)
    proposal_id = web.hall.voting()
    late = web.browser("late")
    answer = late.get(booth(proposal_id))
    assert answer.status_code == 403
    assert "Your dues had lapsed when this vote opened." in answer.text
    on = f"/coop/proposals/{proposal_id}"
    assert late.send(booth(proposal_id), on=on, choice="yes").status_code == 403
    web.hall.add("new")
    new = web.browser("new")
    answer = new.get(booth(proposal_id))
    assert "You were not a member when this vote opened." in answer.text
    assert new.send(booth(proposal_id), on=on, choice="yes").status_code == 403
    assert ballots(web.hall) == 0


def test_there_is_no_booth_before_the_opening_and_none_after_the_close(web: Web) -> None:
    proposal_id = web.hall.deliberating()
    on = f"/coop/proposals/{proposal_id}"
    bo = web.browser("bo")
    assert bo.get(booth(proposal_id)).status_code == 409
    assert bo.send(booth(proposal_id), on=on, choice="yes").status_code == 409
    web.hall.go_to(web.hall.proposal(proposal_id).opens_at)
    web.hall.clock.set(web.hall.proposal(proposal_id).dates.closes_at)
    bo = web.browser("bo")
    assert bo.get(booth(proposal_id)).status_code == 409
    assert bo.send(booth(proposal_id), on=on, choice="yes").status_code == 409
    assert ballots(web.hall) == 0


NOT_BEFORE = ["result", "ballots", "bundle.json"]


@pytest.mark.parametrize("path", NOT_BEFORE)
def test_nothing_is_told_before_the_close_and_silence_has_one_size(web: Web, path: str) -> None:
    """Status, size and headers are the same, whatever lies in the box."""
    proposal_id = web.hall.voting()
    address = f"/coop/proposals/{proposal_id}/{path}"
    ada = web.browser("ada")
    empty = ada.get(address)
    assert empty.status_code == 403
    for name in ("bo", "cleo", "dov"):
        web.hall.vote(proposal_id, name, "no", reason="Because.")
    full = ada.get(address)
    assert full.status_code == 403
    assert len(full.text) == len(empty.text)
    assert told(full.headers) == told(empty.headers)


def test_the_pages_of_an_open_vote_do_not_change_with_the_votes(web: Web) -> None:
    proposal_id = web.hall.voting()
    pages = ("/coop/proposals", f"/coop/proposals/{proposal_id}", booth(proposal_id))
    eve = web.browser("eve")
    before = [len(eve.read(page)) for page in pages]
    for name in ("bo", "cleo", "dov"):
        web.hall.vote(proposal_id, name, "yes", reason="Because.")
    assert [len(eve.read(page)) for page in pages] == before


def told(headers: object) -> dict[str, str]:
    assert hasattr(headers, "items")
    return {k: v for k, v in headers.items() if k not in ("x-request-id", "date")}


def test_a_result_is_a_sentence_a_bar_a_table_and_what_happened(web: Web) -> None:
    votes = {"ada": "yes", "bo": "yes", "cleo": "yes", "dov": "no", "eve": "abstain"}
    proposal_id = web.hall.closed(web.hall.voting(), votes)
    page = web.browser("bo").read(f"/coop/proposals/{proposal_id}/result")
    assert "Of the 4 of us who said yes or no, 3 said yes. 3 were needed." in page
    assert '<svg class="chart"' in page
    assert 'class="ledger"' in page
    assert "5 of 5 members with a vote took part." in page
    assert "Can be challenged" in page
    assert "Passed, open to challenge" in page


def test_visitors_read_a_result_without_names(web: Web) -> None:
    proposal_id = web.hall.closed(web.hall.voting())
    visitor = web.visitor()
    page = visitor.read(f"/coop/proposals/{proposal_id}/result")
    assert "said yes" in page
    for path in ("ballots", "bundle.json"):
        assert visitor.get(f"/coop/proposals/{proposal_id}/{path}").status_code == 303
    assert "For a reason." not in page


def test_what_concerns_a_person_is_for_members_only(web: Web) -> None:
    ada = str(web.hall.members["ada"])
    effects = [{"kind": "role.end", "payload": {"member": ada, "office": "treasurer"}}]
    recall = web.hall.voting(type=DecisionType.RECALL, title="No more", effects=effects)
    web.hall.closed(recall)
    path = f"/coop/proposals/{recall}/result"
    assert web.visitor().get(path).status_code == 303
    assert web.browser("cleo").get(path).status_code == 200


def test_the_list_of_ballots_has_everybodys_number(web: Web) -> None:
    proposal_id = web.hall.voting()
    receipt = web.hall.vote(proposal_id, "bo", "yes", reason="Gone is gone.")
    web.hall.vote(proposal_id, "cleo", "yes")
    web.hall.go_to(web.hall.proposal(proposal_id).closes_at)
    bo = web.browser("bo")
    address = f"/coop/proposals/{proposal_id}/ballots"
    page = bo.read(address)
    assert receipt.code in page
    assert "Gone is gone." in page
    assert "This ballot is in the list." in bo.read(f"{address}?number={receipt.code.lower()}")
    assert "This ballot is in the list." in bo.read(f"{address}?number={receipt.receipt}")
    assert "No ballot in this list has that number." in bo.read(f"{address}?number=0000")
    assert "Find it in the list" in bo.read(f"/coop/votes/{receipt.receipt}")


def test_the_bundle_recounts_offline(web: Web) -> None:
    proposal_id = web.hall.closed(web.hall.voting())
    answer = web.browser("bo").get(f"/coop/proposals/{proposal_id}/bundle.json")
    assert "attachment" in answer.headers["content-disposition"]
    assert check(json.loads(answer.text)).outcome is Outcome.PASSED


def test_what_happened_follows_the_order_to_the_day_of_effect(web: Web) -> None:
    proposal_id = web.hall.closed(web.hall.voting())
    web.hall.go_to(web.hall.proposal(proposal_id).challenge_until)
    path = f"/coop/proposals/{proposal_id}/result"
    assert "Waits to be carried out by the admin" in web.browser("bo").read(path)
    web.hall.enact(web.hall.order_of(proposal_id).id)
    page = web.browser("bo").read(path)
    assert "Carried out by ada" in page
    assert "Takes effect" in page
    web.hall.pass_days(14)
    assert "In force" in web.browser("bo").read(path)


def test_a_vote_that_nobody_used_says_so(web: Web) -> None:
    proposal_id = web.hall.voting()
    closes_at = web.hall.proposal(proposal_id).closes_at
    web.hall.go_to(closes_at)
    assert web.hall.state(proposal_id) is State.VOTING
    web.hall.go_to(web.hall.proposal(proposal_id).closes_at)
    page = web.browser("bo").read(f"/coop/proposals/{proposal_id}/result")
    assert "this is advice and no decision" in page


RECEIPTS = ["0" * 64, "x", "../../etc", "%00", "9" * 5000]


@pytest.mark.parametrize("receipt", RECEIPTS)
def test_a_receipt_for_nothing_is_refused(web: Web, receipt: str) -> None:
    answer = web.browser("bo").get(f"/coop/votes/{receipt}")
    assert answer.status_code == 404


def test_consensus_is_chosen_in_the_form_and_a_block_stops_it_unless_nine_tenths_agree(
    web: Web,
) -> None:
    """The ballot offers a block with its reason; result, bundle and verifier know it."""
    hall, new = web.hall, "/coop/proposals/new?type=policy"
    bo = web.browser("bo")
    assert "One block stops it, unless" in bo.read(new)
    fields = {"title": "Quiet hours", "body": "From ten to seven.", "keep": "1"}
    to = bo.sent(new, **fields, method="consensus", secrecy="sealed")
    proposal_id = int(to.rpartition("/")[2])
    assert "One block stops it, unless" in bo.read(to)
    hall.submit(proposal_id)
    hall.second(proposal_id)
    hall.go_to(hall.proposal(proposal_id).opens_at)
    dov = web.browser("dov")
    page = dov.read(booth(proposal_id))
    for word in ("I agree", "I disagree", "I abstain", "I block it", "this needs a reason"):
        assert word in page
    answer = dov.send(booth(proposal_id), choice="block")
    assert answer.status_code == 422
    assert "This answer needs a reason" in answer.text
    dov.sent(booth(proposal_id), choice="block", reason="My shifts begin at six.")
    hall.closed(proposal_id, dict.fromkeys(("ada", "bo", "cleo", "eve"), "yes"))
    assert hall.state(proposal_id) is State.BLOCKED
    result = bo.read(f"/coop/proposals/{proposal_id}/result")
    assert "It was blocked. 5 of 5 would have had to say yes to override that; 4 did." in result
    assert "I block it" in bo.read(f"/coop/proposals/{proposal_id}/ballots")
    bundle = json.loads(bo.read(f"/coop/proposals/{proposal_id}/bundle.json"))
    assert check(bundle).outcome is Outcome.BLOCKED


def test_a_program_chooses_consensus_and_casts_a_block(web: Web) -> None:
    hall, api = web.hall, "/api/coop/v1/proposals"
    bo, dov = web.program("bo"), web.program("dov")
    draft = {"type": "statement", "title": "We are for peace", "body": "All of us."}
    refused = bo.post(api, json=draft | {"type": "spending", "method": "consensus"})
    assert refused.status_code == 422
    assert "method" in refused.json()["fields"]
    made = bo.post(api, json=draft | {"method": "consensus"}).json()
    proposal_id = int(made["id"])
    assert made["method"] == "consensus"
    hall.submit(proposal_id)
    hall.second(proposal_id)
    hall.go_to(hall.proposal(proposal_id).opens_at)
    ballot = f"{api}/{proposal_id}/ballot"
    assert dov.put(ballot, json={"choice": "block"}).status_code == 422
    assert dov.put(ballot, json={"choice": "block", "reason": "Not me."}).status_code == 200
    hall.closed(proposal_id, dict.fromkeys(("ada", "bo"), "yes"))
    result = bo.get(f"{api}/{proposal_id}/result").json()
    assert result["outcome"] == "blocked"
    assert result["counts"] == {"yes": 2, "no": 0, "abstain": 0, "block": 1}
