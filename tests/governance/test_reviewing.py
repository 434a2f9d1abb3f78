"""Decisions that name a day on which they are looked at again: overdue in words, drafted once."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.core.duties import schedule
from app.core.errors import Invalid
from app.members.models import Member
from app.members.states import MemberState
from governance.bundle import export_bundle
from governance.lifecycle import State
from governance.live import differences
from governance.models import Proposal, ProposalRevision
from governance.owed import REVIEW, OfProposal
from governance.queries import agreed_views
from governance.rules import DecisionType
from governance.service.reviewing import due_at, review_of
from governance.shown.agreed import Review, review_shown
from governance.verify import Fault, check
from tests.governance.acts import CLOSE
from tests.governance.hall import TERMS, Hall
from tests.governance.test_live import by_hand
from tests.governance.test_told import told
from tests.governance.web import API, SQLITE, Web

TASK = {"kind": "statement", "payload": {"text": "Hang it up in the hall."}}
QUIET: dict[str, Any] = {
    "type": DecisionType.POLICY,
    "title": "Quiet after ten",
    "body": "From ten at night to seven we are quiet.",
    "effects": [],
}
DOCUMENTS = "/coop/documents"


def quiet(hall: Hall, *, days: int = 90, **more: Any) -> int:
    """Settle a house rule that is looked at again after so many days."""
    review_on = hall.now.date() + timedelta(days=days)
    proposal_id = hall.closed(hall.voting(**QUIET | {"review_on": review_on} | more))
    hall.go_to(hall.proposal(proposal_id).challenge_until)
    return proposal_id


def day_of(hall: Hall, proposal_id: int) -> date:
    [found] = hall.scalars(
        select(ProposalRevision.review_on).where(ProposalRevision.proposal_id == proposal_id)
    )
    assert isinstance(found, date)
    return found


def overdue(hall: Hall, **more: Any) -> tuple[int, Proposal]:
    """Let the day of a settled house rule come; return it and its review."""
    proposal_id = quiet(hall, **more)
    hall.go_to(due_at(day_of(hall, proposal_id)))
    with hall.db.read.begin() as session:
        review = review_of(session, proposal_id)
    assert review is not None
    return proposal_id, review


def shown(hall: Hall) -> list[Review | None]:
    with hall.db.read.begin() as session:
        return [review_shown(one) for one in agreed_views(session, now=hall.now)]


REFUSED = [
    pytest.param(90, {"type": DecisionType.TERMS, "effects": [TERMS]}, id="a document"),
    pytest.param(90, {"type": DecisionType.SPENDING}, id="another type"),
    pytest.param(90, {"effects": [CLOSE]}, id="a setting of the site"),
    pytest.param(29, {}, id="too soon"),
    pytest.param(-1, {}, id="in the past"),
    pytest.param(3654, {}, id="after more than ten years"),
]


@SQLITE
@pytest.mark.parametrize(("days", "given"), REFUSED)
def test_a_day_of_review_that_makes_no_sense_is_refused(
    hall: Hall, days: int, given: dict[str, Any]
) -> None:
    review_on = hall.now.date() + timedelta(days=days)
    with pytest.raises(Invalid) as caught:
        hall.draft(**QUIET | {"review_on": review_on} | given)
    assert set(caught.value.fields) == {"review_on"}
    assert hall.scalars(select(Proposal.id)) == []


def test_the_day_is_sealed_with_the_text(hall: Hall) -> None:
    proposal_id = quiet(hall)
    with hall.db.read.begin() as session:
        bundle = export_bundle(session, proposal_id, viewer=None)
    assert bundle["text"]["review_on"] == day_of(hall, proposal_id).isoformat()
    assert check(bundle)
    bundle["text"]["review_on"] = None
    with pytest.raises(Fault, match=r"^text\.review_on: is not what was sealed"):
        check(bundle)
    by_hand(hall, "proposal_revisions", "UPDATE proposal_revisions SET review_on = NULL")
    with hall.db.read.begin() as session:
        assert f"proposal {proposal_id}: its text is not what was sealed" in list(
            differences(session)
        )


def test_on_its_day_it_is_overdue_and_a_review_is_drafted_once(hall: Hall) -> None:
    proposal_id = quiet(hall)
    day = due_at(day_of(hall, proposal_id))
    hall.go_to(day - timedelta(seconds=1))
    assert hall.scalars(select(Proposal.reviews_id).where(Proposal.reviews_id.is_not(None))) == []
    [ahead] = shown(hall)
    assert ahead is not None
    assert ahead.sentence.startswith("We look at it again on ")
    hall.go_to(day)
    with hall.db.write.begin() as session:
        schedule(session, REVIEW, OfProposal(proposal_id=proposal_id), due_at=hall.now)
    hall.pass_days(1)
    [review] = hall.scalars(select(Proposal).where(Proposal.reviews_id == proposal_id))
    assert (review.state, review.author_id) == (State.DRAFT, hall.members["bo"])
    assert (review.type, review.title) == (DecisionType.POLICY, "Review: Quiet after ten")
    [wording] = hall.scalars(
        select(ProposalRevision).where(ProposalRevision.proposal_id == review.id)
    )
    assert (wording.body, wording.supersedes) == (QUIET["body"], [str(proposal_id)])
    [late] = shown(hall)
    assert late is not None
    assert late.sentence.endswith("A draft on whether to keep it is being written.")
    asked = {name for name, texts in told(hall).items() if "look at this again" in str(texts)}
    assert asked == {"bo"}


def test_the_database_keeps_a_second_review_out(hall: Hall) -> None:
    proposal_id, review = overdue(hall)
    with pytest.raises(IntegrityError), hall.db.write.begin() as session:
        session.add(
            Proposal(
                type=review.type,
                author_id=review.author_id,
                title="",
                method=review.method,
                secrecy=review.secrecy,
                created_at=hall.now,
                reviews_id=proposal_id,
            )
        )
        session.flush()


def test_the_review_of_somebody_who_left_is_a_facilitators(hall: Hall) -> None:
    proposal_id = quiet(hall, days=60)
    with hall.db.write.begin() as session:
        session.get_one(Member, hall.members["bo"]).state = MemberState.LEFT
    hall.go_to(due_at(day_of(hall, proposal_id)))
    with hall.db.read.begin() as session:
        review = review_of(session, proposal_id)
    assert review is not None
    assert review.author_id == hall.members["ada"]


def test_what_was_never_carried_out_is_not_looked_at_again(hall: Hall) -> None:
    proposal_id = quiet(hall, days=120, effects=[TASK])
    assert hall.state(proposal_id) is State.QUEUED
    hall.go_to(due_at(day_of(hall, proposal_id)))
    assert hall.state(proposal_id) is State.EXPIRED
    assert hall.scalars(select(Proposal.id).where(Proposal.reviews_id == proposal_id)) == []
    assert shown(hall) == []


def decide(hall: Hall, review: Proposal, choice: str) -> None:
    """Hand the review in and let the members vote on it."""
    hall.submit(review.id, "bo")
    if hall.state(review.id) is State.SEEKING_SUPPORT:
        hall.second(review.id, "cleo")
    hall.go_to(hall.proposal(review.id).opens_at)
    hall.closed(review.id, dict.fromkeys(hall.members, choice))
    until = hall.proposal(review.id).challenge_until
    if until is not None:
        hall.go_to(until)


def test_a_review_that_passes_takes_the_place_of_the_decision(hall: Hall) -> None:
    proposal_id, review = overdue(hall)
    decide(hall, review, "yes")
    assert hall.state(review.id) is State.RATIFIED
    assert hall.state(proposal_id) is State.SUPERSEDED
    with hall.db.read.begin() as session:
        assert [one.id for one in agreed_views(session, now=hall.now)] == [review.id]
        assert list(differences(session)) == []
    assert shown(hall) == [None]


def test_a_review_that_fails_leaves_the_decision_standing_and_says_so(hall: Hall) -> None:
    proposal_id, review = overdue(hall)
    decide(hall, review, "no")
    assert hall.state(proposal_id) is State.RATIFIED
    [left] = shown(hall)
    assert left is not None
    assert left.sentence.endswith("We did not agree on a new wording, so it stands.")
    assert left.url == f"/coop/proposals/{review.id}"


def test_a_review_that_was_taken_back_is_shown_as_such(hall: Hall) -> None:
    _, review = overdue(hall)
    hall.withdraw(review.id)
    [left] = shown(hall)
    assert left is not None
    assert left.sentence.endswith("was taken back.")
    assert left.url == ""


def test_the_form_names_the_day_and_the_register_shows_it(web: Web) -> None:
    hall, bo = web.hall, web.browser("bo")
    form = "/coop/proposals/new?type=policy"
    assert 'name="review_on"' not in bo.read("/coop/proposals/new?type=terms")
    filled = {"title": QUIET["title"], "body": QUIET["body"], "keep": "1"}
    soon = (hall.now.date() + timedelta(days=3)).isoformat()
    refused = bo.send(form, **filled, review_on=soon)
    assert refused.status_code == 422
    assert "Choose a day between" in refused.text
    review_on = hall.now.date() + timedelta(days=90)
    to = bo.sent(form, **filled, review_on=review_on.isoformat())
    assert "as the day on which we look at it again" in bo.read(to)
    assert f'value="{review_on.isoformat()}"' in bo.read(f"{to}/edit")


def test_the_register_says_that_a_review_is_overdue(web: Web) -> None:
    hall = web.hall
    proposal_id, review = overdue(hall)
    page = web.visitor().read(DOCUMENTS)
    assert "Quiet after ten" in page
    assert "Its review is overdue since" in page
    bo = web.browser("bo")
    draft = bo.read(f"/coop/proposals/{review.id}")
    assert f"/coop/proposals/{proposal_id}/result" in draft
    assert "Hand it in as it is to keep it" in draft
    assert web.browser("cleo").get(f"/coop/proposals/{review.id}").status_code == 404
    bo.sent(f"/coop/proposals/{review.id}/edit", title="Quiet after eleven", body="x", keep="1")
    [kept] = hall.scalars(
        select(ProposalRevision.supersedes).where(
            ProposalRevision.proposal_id == review.id, ProposalRevision.number == 2
        )
    )
    assert kept == [str(proposal_id)]
    bo.sent(f"/coop/proposals/{review.id}/submit", on=f"/coop/proposals/{review.id}")
    page = web.visitor().read(DOCUMENTS)
    assert "We are deciding whether to keep it" in page
    assert f"/coop/proposals/{review.id}" in page


@SQLITE
def test_a_program_names_the_day(web: Web) -> None:
    bo = web.program("bo")
    given = {"type": "policy", "title": "Quiet", "body": "At night."}
    day = (web.hall.now.date() + timedelta(days=90)).isoformat()
    made = bo.post(f"{API}/proposals", json=given | {"review_on": day})
    assert (made.status_code, made.json()["review_on"]) == (201, day)
    wrong = bo.post(f"{API}/proposals", json=given | {"type": "dues", "review_on": day})
    assert wrong.status_code == 422
    assert set(wrong.json()["fields"]) == {"review_on"}
    assert bo.post(f"{API}/proposals", json=given | {"review_on": "soon"}).status_code == 422
