"""GOVERNANCE: deciding. The cases that tests of the package hold stand in `cases`."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.core.kernel import Kernel
from app.core.runner import Runner
from app.instance.presets import Preset
from app.main import create_app
from app.members.models import Mandate, Member
from app.members.states import MemberState
from app.wiring import METADATA
from governance.lifecycle import State
from governance.models import Ballot, Proposal
from governance.rules import DecisionType, Secrecy
from tests.factories import NOON
from tests.fakes import FixedClock
from tests.governance.hall import Hall
from tests.governance.sealed import make_bundle
from tests.governance.web import API, Web
from tests.security.doors import rows_in

ROOT = Path(__file__).parents[2]
POLICY: dict[str, Any] = {"type": DecisionType.POLICY, "effects": []}
TEN = tuple("abcdefghij")


def ballots(web: Web) -> list[Ballot]:
    """Return all ballots."""
    return list(web.hall.scalars(select(Ballot)))


def lapsed(web: Web) -> str:
    """Add a member whose dues have lapsed."""
    web.hall.add("fia", covered=False)
    return "fia"


def newcomer(web: Web) -> str:
    """Add a member in their first days."""
    web.hall.add("fia", covered=False, joined_at=NOON)
    return "fia"


def applicant(web: Web) -> str:
    """Add somebody who waits for an answer."""
    web.hall.add("fia", state=MemberState.WAITING)
    return "fia"


def former(web: Web) -> str:
    """Add somebody who has left."""
    web.hall.add("fia", state=MemberState.LEFT, left_at=NOON)
    return "fia"


NO_VOTE = [
    pytest.param(applicant, "still waiting", id="114: an applicant"),
    pytest.param(former, "have left", id="114: somebody who left"),
    pytest.param(newcomer, "first 30 days", id="114: a member in their first days"),
    pytest.param(lapsed, "lapsed", id="114: a member whose dues lapsed"),
]


@pytest.mark.parametrize(("add", "reason"), NO_VOTE)
def test_who_has_no_vote_is_told_why(web: Web, add: Callable[[Web], str], reason: str) -> None:
    name = add(web)
    proposal_id = web.hall.voting(**POLICY)
    path = f"/coop/proposals/{proposal_id}/vote"
    answer = web.program(name).put(f"{API}/proposals/{proposal_id}/ballot", json={"choice": "yes"})
    assert answer.status_code in (401, 403)
    page = web.browser(name).get(path)
    assert page.status_code in (303, 403)
    told = answer.text + page.text
    assert reason in told
    assert ballots(web) == []


SCOPES = [
    pytest.param(("read", "write", "follow", "push"), id="114: an app for Mastodon"),
    pytest.param(("coop:read", "coop:officer"), id="114: a program of an officer"),
]


@pytest.mark.parametrize("scopes", SCOPES)
def test_no_other_scope_votes(web: Web, scopes: tuple[str, ...]) -> None:
    proposal_id = web.hall.voting(**POLICY)
    answer = web.program("bo", *scopes).put(
        f"{API}/proposals/{proposal_id}/ballot", json={"choice": "yes"}
    )
    assert answer.status_code == 403
    assert "coop:vote" in answer.json()["error"]
    assert ballots(web) == []


def test_115_nothing_depends_on_the_seed_of_hashes() -> None:
    bundle = json.dumps(make_bundle())
    script = (
        "import json, sys; from governance import verify; "
        "print(json.dumps(verify.check(json.load(sys.stdin)).dump()))"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", script],
            input=bundle,
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4711")
    }
    assert len(said) == 1


NO_MARKS = [
    pytest.param("{}", id="116: nothing"),
    pytest.param('{"choice": null}', id="116: null"),
    pytest.param('{"choice": NaN}', id="116: not a number"),
    pytest.param('{"choice": ["yes", "no"]}', id="116: both yes and no"),
    pytest.param('{"choice": "yes", "approvals": ["1"]}', id="116: two kinds of marks"),
    pytest.param('{"approvals": ["1"]}', id="116: an option of another proposal"),
    pytest.param('{"ranking": ["1", "1"]}', id="116: a rank twice"),
    pytest.param('{"scores": {"1": 99}}', id="116: a score out of range"),
    pytest.param('{"approvals": ' + json.dumps(["1"] * 1000) + "}", id="116: 1,000 options"),
    pytest.param('{"choice": "' + "y" * 100_000 + '"}', id="116: a mark without end"),
]


@pytest.mark.parametrize("body", NO_MARKS)
def test_what_is_no_vote_is_422_and_no_ballot(web: Web, body: str) -> None:
    proposal_id = web.hall.voting(**POLICY)
    answer = web.program("bo").put(
        f"{API}/proposals/{proposal_id}/ballot",
        content=body,
        headers={"content-type": "application/json"},
    )
    assert answer.status_code == 422
    assert set(answer.json()) >= {"error"}
    assert ballots(web) == []


CHANGES = [
    pytest.param({"title": "Another title"}, id="117: the title"),
    pytest.param({"body": "Another text."}, id="117: the text"),
    pytest.param({"secrecy": "open"}, id="117: the secrecy"),
    pytest.param({"method": "consensus"}, id="117: the way of counting"),
    pytest.param(
        {"closes_at": "2030-01-01T00:00:00Z", "threshold": "1/9"}, id="117: the dates and the bar"
    ),
]


@pytest.mark.parametrize("changed", CHANGES)
@pytest.mark.parametrize("name", ["bo", "ada"], ids=["by its author", "by an officer"])
def test_an_open_vote_is_changed_by_nobody(web: Web, name: str, changed: dict[str, str]) -> None:
    proposal_id = web.hall.voting(title="Quiet Sundays", **POLICY)
    before = frozen(web, proposal_id)
    given = {"type": "policy", "title": "Quiet Sundays", "body": "x", "effects": []} | changed
    answer = web.program(name).put(f"{API}/proposals/{proposal_id}", json=given)
    assert answer.status_code in (403, 409, 422)
    form = web.browser(name).get(f"/coop/proposals/{proposal_id}/edit")
    assert form.status_code in (403, 409)
    assert frozen(web, proposal_id) == before


def frozen(web: Web, proposal_id: int) -> tuple[Any, ...]:
    """Return what must stand from the opening on."""
    found: Proposal = web.hall.proposal(proposal_id)
    dates = found.dates
    return (
        (found.title, found.text_hash, found.rule_hash, found.electorate_hash, found.eligible),
        (found.method, found.secrecy, dates.opens_at, dates.closes_at),
    )


OTHERS = [
    pytest.param("withdraw", id="118: taking it back"),
    pytest.param("submit", id="118: handing it in"),
    pytest.param("edit", id="118: accepting a change of it"),
]


@pytest.mark.parametrize("act", OTHERS)
def test_nobody_acts_for_an_author(web: Web, act: str) -> None:
    proposal_id = web.hall.deliberating("bo", **POLICY)
    other = web.browser("cleo")
    page = f"/coop/proposals/{proposal_id}"
    before = rows_in(web.kernel)
    answer = other.send(f"{page}/{act}", on=page, title="Mine", text="Mine", keep="yes")
    assert answer.status_code in (403, 409)
    assert rows_in(web.kernel) == before
    assert web.hall.state(proposal_id) is State.DELIBERATION


@pytest.fixture
def association(kernel: Kernel, clock: FixedClock, runner: Runner) -> Web:
    """The site of ten, whose rules allow secret votes."""
    hall = Hall(kernel.db, clock, runner).found(Preset.ASSOCIATION, members=TEN)
    return Web(create_app(kernel), kernel, hall)


def test_119_no_row_joins_a_member_with_a_secret_choice(association: Web) -> None:
    """Ballots cast by page and by program; then the database is read as a thief would."""
    web = association
    proposal_id = web.hall.voting("b", secrecy=Secrecy.SECRET, **POLICY)
    for name in "abcde":
        path = f"/coop/proposals/{proposal_id}/vote"
        web.browser(name).sent(path, choice="yes" if name < "c" else "no")
    for number, name in enumerate("fgh"):
        answer = web.program(name).put(
            f"{API}/proposals/{proposal_id}/ballot",
            json={"choice": "no"},
            headers={"idempotency-key": f"key{number}"},
        )
        assert answer.status_code == 200, answer.text
    papers = ballots(web)
    secrets = {word for p in papers for word in (p.receipt, p.nonce, str(p.id), p.voter)}
    web.hall.closed(proposal_id, {})
    secrets |= {p.receipt for p in ballots(web)}
    assert len(papers) == 8
    people = whoever_is_somebody(web)
    for table, row in all_rows(web):
        values = {str(value) for value in row}
        if people & values:
            joined = [word for word in secrets if any(word in value for value in values)]
            assert not joined, f"{table} joins a member with a ballot"


def whoever_is_somebody(web: Web) -> set[str]:
    """Return the ids under which members stand in tables."""
    members = web.hall.scalars(select(Member))
    return {str(id_) for member in members for id_ in (member.id, member.account_id)}


def all_rows(web: Web) -> list[tuple[str, tuple[Any, ...]]]:
    """Return every row of every table, as a thief reads them."""
    with web.kernel.db.read.begin() as session:
        return [
            (table.name, tuple(row))
            for table in METADATA.sorted_tables
            for row in session.execute(select(table))
        ]


POWER: dict[str, str] = {
    "role": "admin",
    "office": "admin",
    "offices": "admin",
    "is_admin": "true",
    "term_end": "2099-01-01",
    "ends_at": "2099-01-01T00:00:00Z",
    "state": "active",
    "member_id": "1",
}
FORMS = [
    pytest.param("/settings/profile", "/settings/profile", id="123: in the profile"),
    pytest.param("/settings/account", "/settings/account", id="123: in the settings"),
    pytest.param("/settings/membership", "/settings/membership", id="123: in the dues"),
]


@pytest.mark.parametrize(("page", "action"), FORMS)
def test_fields_of_power_in_a_form_give_none(web: Web, page: str, action: str) -> None:
    before = [(m.member_id, m.office, m.ends_at) for m in web.hall.scalars(select(Mandate))]
    web.browser("bo").send(action, on=page, **POWER)
    after = [(m.member_id, m.office, m.ends_at) for m in web.hall.scalars(select(Mandate))]
    assert after == before
    assert web.hall.actor("bo").offices == frozenset()
    assert web.browser("bo").get("/duties").status_code == 403
