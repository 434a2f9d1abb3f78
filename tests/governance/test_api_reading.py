"""The co-op API, reading: the caller, rules, offices, documents, the log, and lists by pages."""

import pytest

from app.core.crypto import same_secret
from governance.rules import DecisionType
from tests.governance.hall import NEW_TERMS
from tests.governance.web import API, SQLITE, Web
from tests.queries import counted


def test_a_caller_learns_how_they_stand(web: Web) -> None:
    me = web.program("ada").get(f"{API}/me").json()
    assert me["id"] == me["member"]["id"] == str(web.hall.members["ada"])
    assert (me["url"], me["member"]["username"]) == ("/@ada", "ada")
    assert (me["standing"], me["may_vote"], me["why"]) == ("current", True, "in_standing")
    assert {one["office"] for one in me["mandates"]} == {
        *("admin", "treasurer", "moderator", "facilitator", "secretary")
    }
    assert all(one["caretaker"] and one["decision_id"] is None for one in me["mandates"])
    assert {one["slug"] for one in me["terms_to_accept"]} <= {
        *("terms", "privacy", "code-of-conduct")
    }


def test_a_new_member_without_dues_reads_why_there_is_no_vote(web: Web) -> None:
    web.hall.add("fia", covered=False, joined_at=web.hall.now, created_at=web.hall.now)
    me = web.program("fia").get(f"{API}/me").json()
    assert (me["standing"], me["may_vote"], me["why"]) == ("pending", False, "pending")
    assert me["mandates"] == []


def test_what_was_accepted_is_not_asked_again(web: Web) -> None:
    bo = web.program("bo")
    asked = {one["slug"]: one for one in bo.get(f"{API}/me").json()["terms_to_accept"]}
    version = asked["terms"]["version"]
    assert bo.post(f"{API}/documents/terms/accept", json={"version": 9}).status_code == 404
    assert bo.post(f"{API}/documents/terms/accept", json={"version": version}).is_success
    again = bo.get(f"{API}/me").json()["terms_to_accept"]
    assert "terms" not in {one["slug"] for one in again}


def test_the_rules_stand_by_type_of_decision(web: Web) -> None:
    rules = web.program("bo").get(f"{API}/constitution").json()
    assert rules["terms"]["rule_set"]["threshold"]["share"]
    assert rules["terms"]["decision_id"] is None
    assert {kind for kind, rule in rules.items() if rule["type"] != kind} == set()
    assert len(rules) == 15


def test_offices_name_their_powers_holders_and_terms(web: Web) -> None:
    bo = web.program("bo")
    roles = bo.get(f"{API}/roles").json()
    assert [one["slug"] for one in roles][:2] == ["admin", "treasurer"]
    [holder] = bo.get(f"{API}/roles/secretary").json()["holders"]
    assert (holder["username"], holder["caretaker"]) == ("ada", True)
    assert bo.get(f"{API}/roles/secretary").json()["term"] == {
        "usual_days": 365,
        "most_days": 1461,
    }
    assert bo.get(f"{API}/roles/king").status_code == 404


def test_an_election_under_way_stands_with_its_office(web: Web) -> None:
    grant = {"member": str(web.hall.members["cleo"]), "office": "moderator", "days": 100}
    effects = [{"kind": "role.grant", "payload": grant}]
    proposal_id = web.hall.deliberating("bo", type=DecisionType.ELECTION, effects=effects)
    [election] = web.program("dov").get(f"{API}/roles/moderator").json()["elections"]
    assert (election["id"], election["state"]) == (str(proposal_id), "deliberation")


def test_two_versions_are_compared_word_by_word(web: Web) -> None:
    web.hall.enact(web.hall.queued())
    bo = web.program("bo")
    change = bo.get(f"{API}/documents/terms/diff/1..2").json()
    assert (change["before"], change["after"]) == (1, 2)
    pieces = [piece for passage in change["passages"] for piece in passage["pieces"]]
    assert {piece["kind"] for piece in pieces} >= {"removed", "added"}
    words = "".join(one["text"] for one in pieces if one["kind"] in ("same", "added"))
    assert "within 14 days" in words
    assert "within 14 days" in NEW_TERMS
    assert change["words_added"] > 0


@SQLITE
@pytest.mark.parametrize("pair", ["1..9", "0..1", "1..x", "-1..1", "1..99999999999999999999", "1"])
def test_a_comparison_with_nothing_is_not_there(web: Web, pair: str) -> None:
    assert web.program("bo").get(f"{API}/documents/terms/diff/{pair}").status_code == 404


@SQLITE
@pytest.mark.parametrize("slug", ["nothing", "terms%00", "TERMS", "T" * 60])
def test_a_document_that_is_none_is_not_there(web: Web, slug: str) -> None:
    assert web.program("bo").get(f"{API}/documents/{slug}").status_code in (404, 422)


def test_the_log_is_read_page_by_page_up_to_its_head(web: Web) -> None:
    bo, seen = web.program("bo"), []
    address: str | None = f"{API}/log?limit=3"
    while address:
        answer = bo.get(address)
        seen += answer.json()
        address = answer.links.get("next", {}).get("url")
    head = bo.get(f"{API}/log/head").json()
    assert [one["seq"] for one in seen] == list(range(1, head["seq"] + 1))
    assert seen[-1]["hash"] == head["hash"]
    signed = web.kernel.keyring.sign("log-head", f"{head['seq']}:{head['hash']}".encode())
    assert same_secret(signed, head["signature"])
    assert bo.get(f"{API}/log", params={"after": head["seq"]}).json() == []


def test_a_list_says_first_where_it_goes_on(web: Web) -> None:
    ids = [str(web.hall.deliberating(name)) for name in ("bo", "cleo", "dov")]
    bo = web.program("bo")
    first = bo.get(f"{API}/proposals?limit=2&type=terms")
    assert [one["id"] for one in first.json()] == [ids[2], ids[1]]
    assert first.headers["link"].startswith("<https://riverside.example/api/coop/v1/proposals?")
    assert list(first.links) == ["next"]
    second = bo.get(first.links["next"]["url"])
    assert [one["id"] for one in second.json()] == [ids[0]]
    assert list(second.links) == ["first"]
    assert bo.get(second.links["first"]["url"]).json() == first.json()


LIMITS = ["0", "81", "-1", "x", "9" * 30]


@SQLITE
@pytest.mark.parametrize("limit", LIMITS)
def test_a_page_has_its_bounds(web: Web, limit: str) -> None:
    answer = web.program("bo").get(f"{API}/proposals", params={"limit": limit})
    assert answer.status_code == 422
    assert answer.json()["fields"]["limit"]


def test_proposals_are_narrowed_by_several_states_and_types(web: Web) -> None:
    draft, talked = web.hall.draft("bo"), web.hall.deliberating("bo")
    bo = web.program("bo")
    found = bo.get(f"{API}/proposals?state=draft&state=deliberation&type=terms").json()
    assert [one["id"] for one in found] == [str(talked), str(draft)]
    assert bo.get(f"{API}/proposals?type=bylaws").json() == []
    assert web.program("cleo").get(f"{API}/proposals?state=draft").json() == []
    assert bo.get(f"{API}/proposals?state=nowhere").status_code == 422


def test_a_page_of_proposals_costs_a_fixed_number_of_statements(web: Web) -> None:
    bo, spent = web.program("bo"), []
    bo.get(f"{API}/proposals")  # The first call of a day notes that the token was used.
    for name in ("bo", "cleo"):
        for _ in range(2):
            web.hall.draft(name)
        with counted(web.kernel.db) as statements:
            assert bo.get(f"{API}/proposals").is_success
        spent.append(len(statements))
        web.hall.deliberating(name)
    assert spent[0] == spent[1] <= 14
