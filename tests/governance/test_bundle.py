"""Bundles exported from the database: they hold, and any changed value is named."""

import json
from copy import deepcopy
from typing import Any

import pytest
from sqlalchemy import text

from app.core.errors import Forbidden, NotFound
from app.instance.presets import Preset
from governance import verify
from governance.bundle import export_bundle
from governance.decision import Outcome
from governance.rules import DecisionType
from tests.governance.hall import Hall
from tests.governance.test_noting import confirm, propose
from tests.governance.test_verify import at, changed, leaves, spelled

POLICY: dict[str, Any] = {"type": DecisionType.POLICY, "effects": [], "title": "Quiet Sundays"}


def exported(hall: Hall, proposal_id: int) -> dict[str, Any]:
    """Return the bundle as it arrives elsewhere: through JSON."""
    with hall.db.read.begin() as session:
        bundle: dict[str, Any] = json.loads(
            json.dumps(export_bundle(session, proposal_id, viewer=None))
        )
    return bundle


def test_a_decision_is_counted_again_and_any_changed_value_is_named(hall: Hall) -> None:
    """The whole life with other proposals in between, and every leaf of the bundle changed."""
    hall.deliberating("eve", title="Something else")
    proposal_id = hall.voting()
    hall.vote(proposal_id, "bo", "no")
    votes = {"bo": "yes", "cleo": "no", "dov": "abstain", "eve": "yes"}
    hall.closed(proposal_id, votes)
    hall.go_to(hall.proposal(proposal_id).challenge_until)
    hall.enact(hall.order_of(proposal_id).id)
    confirm(hall, propose(hall, proposal_id, "bo"), "cleo")
    bundle = exported(hall, proposal_id)
    assert verify.check(bundle).outcome is Outcome.PASSED
    assert {entry["kind"] for entry in bundle["log"]} >= {"proposal.frozen", "order.enacted"}
    for path in leaves(bundle):
        tampered = deepcopy(bundle)
        at(tampered, path[:-1])[path[-1]] = changed(at(tampered, path))
        with pytest.raises(verify.Fault) as caught:
            verify.check(tampered)
        assert spelled(path).startswith(caught.value.path)


def test_a_prolonged_vote_is_counted_by_its_second_date(empty_hall: Hall) -> None:
    hall = empty_hall.found(Preset.ASSOCIATION)
    proposal_id = hall.voting(**POLICY)
    hall.vote(proposal_id, "bo")
    hall.go_to(hall.proposal(proposal_id).closes_at)
    hall.vote(proposal_id, "cleo")
    hall.vote(proposal_id, "dov", "no")
    hall.go_to(hall.proposal(proposal_id).closes_at)
    bundle = exported(hall, proposal_id)
    assert verify.check(bundle).tally.dump() == {"yes": 2, "no": 1, "abstain": 0, "block": 0}


def test_nothing_is_exported_before_the_close(hall: Hall) -> None:
    proposal_id = hall.voting()
    hall.vote(proposal_id, "bo")
    with pytest.raises(Forbidden), hall.db.read.begin() as session:
        export_bundle(session, proposal_id, viewer=hall.actor("bo"))


def test_a_draft_has_no_bundle(hall: Hall) -> None:
    proposal_id = hall.draft()
    with pytest.raises(NotFound), hall.db.read.begin() as session:
        export_bundle(session, proposal_id, viewer=None)


def test_a_ballot_changed_in_the_database_behind_all_guards_is_named(hall: Hall) -> None:
    proposal_id = hall.closed(hall.voting())
    with hall.db.write.begin() as session:  # As somebody with the machine can.
        name = "ballots_box_is_open_update"
        on = " ON ballots" if hall.db.dialect == "postgresql" else ""
        session.execute(text(f"DROP TRIGGER {name}{on}"))
        session.execute(
            text(
                'UPDATE ballots SET marks = \'{"choice": "no"}\' WHERE id ='
                " (SELECT min(id) FROM ballots)"
            )
        )
    with pytest.raises(verify.Fault, match="does not have the receipt"):
        verify.check(exported(hall, proposal_id))
