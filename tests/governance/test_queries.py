"""What readers see: nothing too early, nothing of others' drafts, nothing of who pays."""

from typing import Any

import pytest

from app.core.crypto import Keyring
from app.core.db import Database
from app.core.errors import Forbidden, NotFound
from app.core.runner import Runner
from app.instance.presets import Preset
from app.members.offices import Office
from governance import queries
from governance.eligibility import Why
from governance.lifecycle import Act, State
from governance.models import OrderState
from governance.models.law import Slug
from governance.refusals import Code, sentence_of
from governance.rules import Choice, DecisionType, Secrecy
from governance.views import ProposalView, ResultView
from tests.fakes import FixedClock
from tests.governance.hall import NEW_TERMS, Hall
from tests.governance.test_drafting import say_something
from tests.queries import counted

POLICY: dict[str, Any] = {"type": DecisionType.POLICY, "effects": []}


def seen(hall: Hall, proposal_id: int, name: str | None = "cleo") -> ProposalView:
    viewer = hall.actor(name) if name else None
    with hall.db.read.begin() as session:
        return queries.proposal_view(
            session, proposal_id, viewer=viewer, effects=hall.effects, now=hall.now
        )


def result(hall: Hall, proposal_id: int, name: str | None = "cleo") -> ResultView:
    viewer = hall.actor(name) if name else None
    with hall.db.read.begin() as session:
        return queries.result_view(
            session, proposal_id, viewer=viewer, effects=hall.effects, now=hall.now
        )


def listed(hall: Hall, name: str | None = "cleo", **given: Any) -> list[int]:
    viewer = hall.actor(name) if name else None
    with hall.db.read.begin() as session:
        lines = queries.proposals(session, viewer=viewer, now=hall.now, **given)
    return [line.id for line in lines]


def test_a_draft_is_seen_by_its_author_alone(hall: Hall) -> None:
    proposal_id = hall.draft("bo")
    assert seen(hall, proposal_id, "bo").acts == {Act.EDIT, Act.SUBMIT, Act.WITHDRAW}
    for name in ("cleo", None):
        with pytest.raises(NotFound):
            seen(hall, proposal_id, name)
        assert listed(hall, name) == []
    hall.withdraw(proposal_id, "bo")
    assert listed(hall, "bo") == [proposal_id]
    assert listed(hall, "cleo") == []


def test_lists_are_filtered_and_paged(hall: Hall) -> None:
    ids = [hall.deliberating(title=f"Number {n}", **POLICY) for n in range(3)]
    assert listed(hall) == ids[::-1]
    assert listed(hall, limit=2) == ids[:0:-1]
    assert listed(hall, before=ids[1]) == ids[:1]
    assert listed(hall, types=[DecisionType.TERMS]) == []
    assert listed(hall, states=[State.DELIBERATION], author_id=hall.members["bo"]) == ids[::-1]
    assert listed(hall, author_id=hall.members["ada"]) == []


def test_a_page_of_proposals_costs_a_fixed_number_of_statements(hall: Hall) -> None:
    def cost() -> int:
        with counted(hall.db) as statements:
            listed(hall)
        return len(statements)

    hall.voting(title="First", **POLICY)
    one = cost()
    for number in range(3):
        hall.deliberating("dov", title=f"Number {number}", **POLICY)
    assert cost() == one


def test_the_page_of_a_proposal_tells_what_it_would_do(hall: Hall) -> None:
    view = seen(hall, hall.deliberating())
    assert view.change is not None
    assert (view.change.before_version, view.change.after) == (1, NEW_TERMS)
    assert view.effects[0].sentence == "Adopts version 2 of: Terms."
    assert view.demands.passes.startswith("It passes if at least 2 of us vote, and ")
    assert (view.seconds_needed, [p.username for p in view.seconds]) == (1, ["ada"])
    assert view.electorate is None
    assert view.in_force_at is not None
    assert view.closes_at is not None
    assert (view.in_force_at - view.closes_at).days == 7 + 14


def test_the_acts_that_a_page_offers_are_those_that_work(hall: Hall) -> None:
    proposal_id = hall.draft("bo")
    hall.submit(proposal_id, "bo")
    assert seen(hall, proposal_id, "cleo").acts == {Act.SECOND, Act.COMMENT}
    assert seen(hall, proposal_id, "bo").acts == {Act.EDIT, Act.COMMENT, Act.WITHDRAW}
    assert seen(hall, proposal_id, None).acts == frozenset()
    hall.second(proposal_id, "cleo")
    assert seen(hall, proposal_id, "cleo").acts == {Act.COMMENT}
    hall.add("finn", covered=False)
    hall.go_to(hall.proposal(proposal_id).opens_at)
    assert seen(hall, proposal_id, "cleo").acts == {Act.VOTE, Act.COMMENT}
    finn = seen(hall, proposal_id, "finn")
    assert finn.acts == {Act.COMMENT}
    assert finn.why is Why.LAPSED
    hall.add("gil")
    assert seen(hall, proposal_id, "gil").why is Why.NOT_YET_A_MEMBER
    hall.closed(proposal_id, {"bo": "yes", "cleo": "yes"})
    assert seen(hall, proposal_id, "cleo").acts == {Act.CHALLENGE}
    hall.challenge(proposal_id, "cleo")
    assert seen(hall, proposal_id, "cleo").acts == frozenset()


def test_no_number_leaks_while_the_vote_is_open(hall: Hall) -> None:
    """Whatever was cast, everybody but the voter sees the very same."""
    proposal_id = hall.voting()
    before = {name: seen(hall, proposal_id, name) for name in ("ada", "cleo", None)}
    hall.vote(proposal_id, "bo", "yes")
    hall.vote(proposal_id, "dov", "no")
    for name, view in before.items():
        assert seen(hall, proposal_id, name) == view
        with pytest.raises(Forbidden, match="when the vote has closed"):
            result(hall, proposal_id, name)
    assert seen(hall, proposal_id, "bo").voted
    with hall.db.read.begin() as session:
        mine = queries.ballot_view(session, proposal_id, viewer=hall.actor("bo"))
        assert mine is not None
        assert mine.choice is Choice.YES
        assert queries.ballot_view(session, proposal_id, viewer=hall.actor("cleo")) is None


def test_a_receipt_never_tells_the_choice(hall: Hall) -> None:
    proposal_id = hall.voting()
    old = hall.vote(proposal_id, "bo", "yes")
    new = hall.vote(proposal_id, "bo", "no")
    with hall.db.read.begin() as session:
        view = queries.receipt_view(session, new.receipt, now=hall.now)
        assert (view.proposal_id, view.code, view.may_change) == (proposal_id, new.code, True)
        assert not hasattr(view, "choice")
        with pytest.raises(NotFound):
            queries.receipt_view(session, old.receipt, now=hall.now)


def test_names_are_for_members(hall: Hall) -> None:
    proposal_id = hall.closed(hall.voting(), {"bo": "yes", "cleo": "no"})
    view = result(hall, proposal_id)
    assert {b.person.username: b.choice for b in view.ballots if b.person} == {
        "bo": Choice.YES,
        "cleo": Choice.NO,
    }
    public = result(hall, proposal_id, None)
    assert [(b.person, b.reason) for b in public.ballots] == [(None, "")] * 2
    assert (public.counts, public.sentence) == (
        {"yes": 1, "no": 1, "abstain": 0, "block": 0},
        "Of the 2 of us who said yes or no, 1 said yes. 2 were needed.",
    )
    assert [(line.took_part, line.needed) for line in public.turnout] == [(2, 2)]


def test_a_secret_result_has_no_names_for_anybody(
    db: Database, clock: FixedClock, runner: Runner
) -> None:
    hall = Hall(db, clock, runner).found(Preset.ASSOCIATION, members=tuple("abcdefghij"))
    proposal_id = hall.closed(hall.voting("b", secrecy=Secrecy.SECRET, **POLICY))
    view = result(hall, proposal_id, "c")
    assert len(view.ballots) == 10
    assert {ballot.person for ballot in view.ballots} == {None}


def test_comments_stand_in_the_order_of_reading(hall: Hall) -> None:
    proposal_id = hall.deliberating()
    first = say_something(hall, proposal_id, text="First.")
    say_something(hall, proposal_id, text="Second.")
    answer = say_something(hall, proposal_id, text="To the first.", parent_id=first)
    say_something(hall, proposal_id, text="To that.", parent_id=answer)
    with hall.db.read.begin() as session:
        said = queries.comments(session, proposal_id, viewer=None)
    assert [(one.text, one.depth) for one in said] == [
        ("First.", 0),
        ("To the first.", 1),
        ("To that.", 2),
        ("Second.", 0),
    ]


def test_votes_wait_for_those_who_have_not_voted(hall: Hall) -> None:
    proposal_id = hall.voting()
    hall.vote(proposal_id, "bo")

    def waiting(name: str) -> list[int]:
        with hall.db.read.begin() as session:
            lines = queries.votes_waiting_for(session, hall.actor(name), now=hall.now)
        return [line.id for line in lines]

    hall.add("late")
    assert [waiting(name) for name in ("bo", "cleo", "late")] == [[], [proposal_id], []]
    hall.clock.set(hall.proposal(proposal_id).dates.closes_at)
    assert waiting("cleo") == []


def test_orders_wait_for_those_who_may_act(hall: Hall) -> None:
    order_id = hall.queued()

    def waiting(name: str) -> list[int]:
        with hall.db.read.begin() as session:
            orders = queries.orders_waiting_for(
                session, hall.actor(name), effects=hall.effects, now=hall.now
            )
        return [order.id for order in orders]

    assert (waiting("ada"), waiting("bo")) == ([order_id], [])
    with hall.db.read.begin() as session:
        view = queries.order_view(
            session, order_id, viewer=hall.actor("bo"), effects=hall.effects, now=hall.now
        )
    assert (view.effect, view.state) == ("document.adopt", OrderState.WAITING)
    assert view.enact_refusal == sentence_of(Code.NOT_THE_OFFICE)
    hall.enact(order_id)
    assert waiting("ada") == []


def test_other_proposals_on_the_same_matter_are_shown(hall: Hall) -> None:
    first, other = hall.deliberating(), hall.deliberating(**POLICY)
    text = {"slug": "terms", "text": "# Terms\n\nOtherwise.\n"}
    second = hall.deliberating("dov", effects=[{"kind": "document.adopt", "payload": text}])
    assert [line.id for line in seen(hall, first).conflicts] == [second]
    assert [line.id for line in seen(hall, second).conflicts] == [first]
    assert seen(hall, other).conflicts == []


def test_the_law_names_the_decision_that_made_it(hall: Hall) -> None:
    order_id = hall.queued()
    hall.enact(order_id)
    proposal_id = hall.order(order_id).proposal_id
    with hall.db.read.begin() as session:
        versions = queries.version_views(session, Slug.TERMS, now=hall.now)
        rules = queries.constitution_view(session, now=hall.now)
    assert [(v.version, v.decision, v.is_in_force) for v in versions] == [
        (2, str(proposal_id), False),
        (1, "founding", True),
    ]
    assert {rule.decision for rule in rules} == {"founding"}
    assert [rule.type for rule in rules] == list(DecisionType)


def test_offices_show_who_holds_them_and_what_is_being_decided(hall: Hall) -> None:
    payload = {"member": str(hall.members["bo"]), "office": "admin"}
    effect = {"kind": "role.grant", "payload": payload}
    hall.enact(hall.queued(type=DecisionType.ELECTION, title="Bo", effects=[effect]))
    hall.deliberating("cleo", type=DecisionType.ELECTION, title="Bo again", effects=[effect])
    with hall.db.read.begin() as session:
        offices = {one.office: one for one in queries.office_views(session, now=hall.now)}
    admin = offices[Office.ADMIN]
    assert [(m.person.username, m.caretaker) for m in admin.holders] == [("bo", False)]
    assert [m.person.username for m in admin.earlier] == ["ada"]
    assert [line.title for line in admin.proposals] == ["Bo again"]
    assert [m.person.username for m in offices[Office.SECRETARY].holders] == ["ada"]


def test_the_log_is_public_and_its_head_is_signed(hall: Hall) -> None:
    keyring = Keyring(bytes(32))
    hall.deliberating()
    hall.pass_days(5)
    with hall.db.read.begin() as session:
        lines = queries.log_lines(session, after=1)
        head = queries.log_head(session, keyring)
    assert [line.kind for line in lines] == ["proposal.frozen"]
    assert (head.seq, head.hash) == (2, lines[-1].hash)
    assert keyring.is_signed("log-head", f"2:{head.hash}".encode(), head.signature)


def test_orders_that_are_over_cost_no_statement_of_their_own(hall: Hall) -> None:
    for _ in range(3):
        hall.clock.advance(days=60)
        hall.runner.run_until_idle()
        hall.queued()

    def read(limit: int) -> tuple[list[OrderState], int]:
        """Return the states of the newest orders, and how many statements it took."""
        given = {"viewer": hall.actor("ada"), "effects": hall.effects, "now": hall.now}
        with hall.db.read.begin() as session, counted(hall.db) as ran:
            views = queries.order_views(session, limit=limit, **given)
        return [view.state for view in views], len(ran)

    (one, for_one), (all_, for_all) = read(1), read(3)
    assert one == [OrderState.WAITING]
    assert all_ == [OrderState.WAITING, OrderState.EXPIRED, OrderState.EXPIRED]
    assert for_one == for_all
