"""The guard: an order does once what was ratified, and every other way is refused."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from app.core.errors import AppError, Invalid, NotFound
from app.core.records import replace
from app.instance.presets import Preset
from app.members.models import Mandate, Member, RequiredVersion
from app.members.offices import Office
from app.members.states import MemberState
from governance import documents, guard
from governance.constitution import SetRules, rule_for, write_constitution
from governance.documents import AdoptDocument, write_version
from governance.effects import Warrant
from governance.lifecycle import State
from governance.models import (
    Constitution,
    DocumentVersion,
    Enactment,
    EnactmentOrder,
    OrderState,
)
from governance.models.law import Slug
from governance.refusals import RULES, Code, NotNow, NotYours, refusal
from governance.rules import DecisionType
from tests.factories import make_mandate
from tests.governance.hall import NEW_TERMS, Hall

OTHER_TEXT = "# Terms\n\nThe admins may do as they please.\n"


def terms_versions(hall: Hall) -> int:
    [count] = hall.scalars(
        select(func.count(DocumentVersion.version)).where(DocumentVersion.slug == Slug.TERMS)
    )
    return int(count)


def refused(hall: Hall, order_id: int, name: str = "ada", proof: str | None = None) -> Code:
    """Return the code with which the guard refuses; nothing must have changed."""
    before = (terms_versions(hall), len(hall.log()))
    with pytest.raises((NotYours, NotNow)) as caught:
        hall.enact(order_id, name, proof)
    assert (terms_versions(hall), len(hall.log())) == before
    error = caught.value
    assert isinstance(error, NotYours | NotNow)
    code = error.code
    assert f"(Rule {RULES[code]}: {code})" in str(caught.value)
    return code


def election(hall: Hall, name: str, office: str = "admin", **more: Any) -> dict[str, Any]:
    payload = {"member": str(hall.members[name]), "office": office} | more
    effects = [{"kind": "role.grant", "payload": payload}]
    return {"type": DecisionType.ELECTION, "title": f"{name} as {office}", "effects": effects}


def test_an_order_is_used_once(hall: Hall) -> None:
    order_id = hall.queued()
    hall.enact(order_id)
    assert refused(hall, order_id) is Code.USED
    assert terms_versions(hall) == 2


def test_only_holders_of_the_office_may_use_it(hall: Hall) -> None:
    order_id = hall.queued()
    assert refused(hall, order_id, "bo") is Code.NOT_THE_OFFICE


def test_a_mandate_gives_power_to_the_instant_and_no_longer(hall: Hall) -> None:
    """The offices of the request do not count: the guard looks at the mandates of the moment."""
    order_id = hall.queued()
    actor = hall.actor("ada")
    assert Office.ADMIN in actor.offices
    hall.go_to(hall.now + timedelta(days=40))
    with hall.db.write.begin() as session:
        make_mandate(session, session.get_one(Member, hall.members["dov"]), Office.ADMIN)
        theirs = Mandate.member_id == hall.members["ada"]
        session.execute(update(Mandate).where(theirs).values(ends_at=hall.now))
    with pytest.raises(NotYours) as caught, hall.db.write.begin() as session:
        guard.enact(session, order_id, actor=actor, effects=hall.effects, now=hall.now)
    assert caught.value.code is Code.NOT_THE_OFFICE
    hall.enact(order_id, "dov")


def test_the_power_of_a_suspended_officer_rests(hall: Hall) -> None:
    order_id = hall.queued()
    with hall.db.write.begin() as session:
        make_mandate(session, session.get_one(Member, hall.members["dov"]), Office.ADMIN)
        session.get_one(Member, hall.members["ada"]).state = MemberState.SUSPENDED
    assert refused(hall, order_id, "ada") is Code.NOT_THE_OFFICE


def test_an_order_that_was_not_used_expires_in_public(hall: Hall) -> None:
    order_id = hall.queued()
    order = hall.order_of(hall.scalars(select(EnactmentOrder.proposal_id))[0])
    hall.clock.set(order.not_after)
    assert refused(hall, order_id) is Code.TOO_LATE
    hall.runner.run_until_idle()
    assert hall.state(order.proposal_id) is State.EXPIRED
    assert refused(hall, order_id) is Code.USED
    assert hall.log_of(order.proposal_id)[-1] == "order.expired"


def test_an_order_is_not_in_force_before_its_window(hall: Hall) -> None:
    order_id = hall.queued()
    hall.clock.set(hall.now - timedelta(seconds=1))
    assert refused(hall, order_id) is Code.TOO_EARLY


def test_there_is_no_such_order(hall: Hall) -> None:
    with pytest.raises(NotFound):
        hall.enact(4711)


def test_nobody_carries_out_a_decision_in_their_own_favour(hall: Hall) -> None:
    order_id = hall.queued(**election(hall, "ada"))
    assert refused(hall, order_id, "ada") is Code.BENEFICIARY
    # Ada is the only secretary, so another member who had a vote stands in.
    hall.enact(order_id, "bo")
    assert Office.ADMIN in hall.actor("ada").offices


def test_an_elected_officer_takes_over_from_the_caretaker(hall: Hall) -> None:
    order_id = hall.queued(**election(hall, "bo", days=30))
    hall.enact(order_id, "ada")
    assert hall.actor("bo").offices == {Office.ADMIN}
    assert Office.ADMIN not in hall.actor("ada").offices
    hall.pass_days(30)
    assert hall.actor("bo").offices == frozenset()


def test_a_recall_ends_the_power_of_the_only_holder_without_a_lock_out(hall: Hall) -> None:
    payload = {"member": str(hall.members["ada"]), "office": "secretary"}
    recall: dict[str, Any] = {
        "type": DecisionType.RECALL,
        "title": "Recall",
        "effects": [{"kind": "role.end", "payload": payload}],
    }
    hall.enact(hall.queued(**recall), "ada")
    assert Office.SECRETARY not in hall.actor("ada").offices
    order_id = hall.queued(**election(hall, "cleo", "secretary"))
    hall.enact(order_id, "ada")  # An officer of another office stands in for the vacant one.
    assert hall.actor("cleo").offices == {Office.SECRETARY}


def test_when_nobody_is_in_office_any_voter_stands_in(hall: Hall) -> None:
    hall.pass_days(91)
    assert hall.actor("ada").offices == frozenset()
    hall.add("late")
    order_id = hall.queued(**election(hall, "cleo", "admin"))
    hall.add("later")
    assert refused(hall, order_id, "later") is Code.NOT_THE_OFFICE
    hall.enact(order_id, "dov")
    assert hall.actor("cleo").offices == {Office.ADMIN}


def test_two_admins_change_the_constitution_of_an_association(empty_hall: Hall) -> None:
    names = ("ada", "bo", "cleo", "dov", "eve", "finn", "gil")
    hall = empty_hall.found(Preset.ASSOCIATION, members=names)
    with hall.db.read.begin() as session:
        rule = rule_for(session, DecisionType.POLICY, at=hall.now).dump()
    rules = {"rules": {"policy": rule | {"seconders": {"count": 2, "share": "0"}}}}
    change: dict[str, Any] = {
        "type": DecisionType.CONSTITUTION,
        "effects": [{"kind": "constitution.set", "payload": rules}],
    }
    order_id = hall.queued(**change)
    with hall.db.write.begin() as session:
        for name in ("cleo", "dov"):
            make_mandate(session, session.get_one(Member, hall.members[name]), Office.ADMIN)
    assert refused(hall, order_id, "cleo") is Code.APPROVALS_MISSING
    with pytest.raises(NotYours):
        hall.approve(order_id, "bo")
    hall.approve(order_id, "cleo")
    with pytest.raises(NotNow) as caught:
        hall.approve(order_id, "cleo")
    assert caught.value.code is Code.APPROVED_BEFORE
    assert refused(hall, order_id, "cleo") is Code.APPROVALS_MISSING  # One's own is no other's.
    hall.approve(order_id, "dov")
    with hall.db.write.begin() as session:  # Who signed must hold the office still.
        theirs = Mandate.member_id == hall.members["dov"]
        session.execute(update(Mandate).where(theirs).values(ended_at=hall.now))
    assert refused(hall, order_id, "cleo") is Code.APPROVALS_MISSING
    hall.enact(order_id, "ada")  # Cleo signed as well, and ada is an admin too.
    with hall.db.read.begin() as session:
        now, later = hall.now, hall.now + timedelta(days=14)
        assert rule_for(session, DecisionType.POLICY, at=now).seconders.count == 1
        assert rule_for(session, DecisionType.POLICY, at=later).seconders.count == 2


def test_an_order_that_needs_no_approval_takes_none(hall: Hall) -> None:
    order_id = hall.queued()
    with pytest.raises(NotNow) as caught:
        hall.approve(order_id, "ada")
    assert caught.value.code is Code.NO_APPROVAL_NEEDED


def test_a_statement_needs_a_proof(hall: Hall) -> None:
    said = {"kind": "statement", "payload": {"text": "We support the library."}}
    order_id = hall.queued(type=DecisionType.STATEMENT, title="Library", effects=[said])
    for proof in (None, "", "ftp://example.org", "javascript:alert(1)"):
        with pytest.raises(Invalid):
            hall.enact(order_id, "ada", proof)
    hall.enact(order_id, "ada", "https://riverside.example/letter")
    [enactment] = hall.scalars(select(Enactment).where(Enactment.order_id.is_not(None)))
    assert enactment.proof == "https://riverside.example/letter"


def test_of_two_decisions_on_the_same_matter_the_second_must_name_the_first(hall: Hall) -> None:
    first, second = hall.voting(), None
    other = {"slug": "terms", "text": OTHER_TEXT}
    second = hall.deliberating("dov", effects=[{"kind": "document.adopt", "payload": other}])
    hall.closed(first)
    hall.go_to(hall.proposal(first).challenge_until)
    hall.closed(second)
    hall.enact(hall.order_of(first).id)
    hall.go_to(hall.proposal(second).challenge_until)
    order_id = hall.order_of(second).id
    assert refused(hall, order_id) is Code.OVERTAKEN


def test_a_decision_that_names_the_first_replaces_it(hall: Hall) -> None:
    first = hall.voting()
    effects = [{"kind": "document.adopt", "payload": {"slug": "terms", "text": OTHER_TEXT}}]
    second = hall.deliberating("dov", effects=effects, supersedes=[first])
    hall.closed(first)
    hall.go_to(hall.proposal(first).challenge_until)
    hall.closed(second)
    hall.enact(hall.order_of(first).id)
    hall.go_to(hall.proposal(second).challenge_until)
    hall.enact(hall.order_of(second).id)
    assert terms_versions(hall) == 3
    assert hall.state(first) is State.SUPERSEDED


def test_what_no_longer_fits_fails_whole_and_needs_a_new_decision(hall: Hall) -> None:
    """Two effects, of which the second has become impossible: neither happens."""
    both = election(hall, "cleo")
    both["effects"].append(election(hall, "dov", "moderator")["effects"][0])
    order_id = hall.queued(**both)
    with hall.db.write.begin() as session:
        session.get_one(Member, hall.members["dov"]).state = MemberState.LEFT
    hall.enact(order_id, "ada")
    with hall.db.read.begin() as session:
        order = session.get_one(EnactmentOrder, order_id)
    assert (order.state, order.failure) == (OrderState.FAILED, "There is no such member.")
    assert hall.state(order.proposal_id) is State.FAILED_ENACTMENT
    assert hall.actor("cleo").offices == frozenset()
    assert hall.scalars(select(Enactment).where(Enactment.order_id.is_not(None))) == []
    assert hall.log_of(order.proposal_id)[-1] == "order.failed"
    assert refused(hall, order_id) is Code.USED
    hall.check_chains()


def _warrant(hall: Hall, text: str, **given: Any) -> Warrant:
    payload = AdoptDocument(slug=Slug.TERMS, text=text).model_dump(mode="json")
    fields: dict[str, Any] = {
        "enactment_id": 4711,
        "decision_id": None,
        "kind": documents.KIND,
        "payload": payload,
        "by_member_id": hall.members["ada"],
        "effective_at": hall.now,
        "now": hall.now,
    }
    return Warrant(**(fields | given))


def _enactment_of(hall: Hall, reference: str) -> int:
    [id_] = hall.scalars(select(Enactment.id).where(Enactment.reference == reference))
    return int(id_)


def _no_enactment(hall: Hall) -> Warrant:
    return _warrant(hall, OTHER_TEXT)


def _the_founding_again(hall: Hall) -> Warrant:
    hall.draft()
    return _warrant(hall, OTHER_TEXT, enactment_id=_enactment_of(hall, "founding:terms"))


def _another_text_under_an_enactment(hall: Hall) -> Warrant:
    return _warrant(hall, OTHER_TEXT, enactment_id=_enactment_of(hall, "founding:terms"))


def _an_order_that_was_used(hall: Hall) -> Warrant:
    order_id = hall.queued()
    hall.enact(order_id)
    [enactment] = hall.scalars(select(Enactment).where(Enactment.order_id == order_id))
    [proposal_id] = hall.scalars(select(EnactmentOrder.proposal_id))
    return _warrant(hall, NEW_TERMS, enactment_id=enactment.id, decision_id=proposal_id)


OTHER_WAYS = [
    pytest.param(_no_enactment, id="a warrant out of thin air"),
    pytest.param(_the_founding_again, id="the founding, once more"),
    pytest.param(_another_text_under_an_enactment, id="another text under an old enactment"),
    pytest.param(_an_order_that_was_used, id="the enactment of a used order"),
]


@pytest.mark.parametrize("make", OTHER_WAYS)
def test_every_other_way_to_the_terms_is_refused(
    hall: Hall, make: Callable[[Hall], Warrant]
) -> None:
    warrant = make(hall)
    before = terms_versions(hall)
    adopt = AdoptDocument.model_validate(warrant.payload)
    with pytest.raises((NotYours, NotNow)), hall.db.write.begin() as session:
        write_version(session, adopt, warrant)
    assert terms_versions(hall) == before
    assert len(hall.scalars(select(RequiredVersion).where(RequiredVersion.slug == "terms"))) == (
        before
    )


def test_a_warrant_for_one_text_does_not_write_another(hall: Hall) -> None:
    """As if an effect tried to write something else than it was given."""
    order_id = hall.queued()
    honest = hall.effects[documents.KIND]

    def forge(session: Any, payload: AdoptDocument, warrant: Warrant) -> None:
        write_version(session, AdoptDocument(slug=Slug.TERMS, text=OTHER_TEXT), warrant)

    hall.effects = hall.effects | {documents.KIND: replace(honest, apply=forge)}
    hall.enact(order_id)
    assert terms_versions(hall) == 1
    with hall.db.read.begin() as session:
        order = session.get_one(EnactmentOrder, order_id)
    assert order.state is OrderState.FAILED


def test_the_constitution_is_behind_the_same_door(hall: Hall) -> None:
    with hall.db.read.begin() as session:
        rule = rule_for(session, DecisionType.POLICY, at=hall.now).dump()
    rules = SetRules(rules={DecisionType.POLICY: rule})
    warrant = Warrant(
        4711,
        None,
        "constitution.set",
        rules.model_dump(mode="json"),
        hall.members["ada"],
        effective_at=hall.now,
        now=hall.now,
    )
    with pytest.raises(NotYours), hall.db.write.begin() as session:
        write_constitution(session, rules, warrant)
    assert hall.scalars(select(Constitution.version)) == [1]


def test_the_founding_gives_each_warrant_once(hall: Hall) -> None:
    for subject in ("terms", "constitution"):
        with pytest.raises(NotYours), hall.db.write.begin() as session:
            guard.founding_warrant(
                session,
                subject,
                kind=documents.KIND,
                payload={},
                by_id=hall.members["ada"],
                now=hall.now,
            )


def test_after_the_first_proposal_the_founding_is_over(hall: Hall) -> None:
    hall.draft()
    with pytest.raises(NotYours), hall.db.write.begin() as session:
        guard.founding_warrant(
            session,
            "federation-policy",
            kind=documents.KIND,
            payload={},
            by_id=hall.members["ada"],
            now=hall.now,
        )


@pytest.mark.parametrize("code", Code)
def test_every_refusal_names_its_rule(code: Code) -> None:
    error = refusal(code)
    assert isinstance(error, AppError)
    assert str(error).endswith(f"(Rule {RULES[code]}: {code.value})")
