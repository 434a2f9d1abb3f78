"""Polls: what is none, who votes and how often, changes, the end, and what readers see."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.db import Database
from app.core.errors import AppError, Forbidden, Invalid, NotFound
from app.core.orm import Base
from app.core.records import replace
from app.core.runner import Runner
from app.members.actor import Actor
from app.members.states import MemberState
from app.notifications.kinds import NoticeKind
from app.notifications.models import Notice
from app.statuses.models import Status
from app.statuses.own import written_in
from app.statuses.polls.models import Poll, PollOption, PollVote
from app.statuses.polls.queries import PollView
from app.statuses.polls.rules import (
    LASTS_MAX,
    OPTIONS_MAX,
    Asking,
    check_asking,
    check_choices,
    tidied,
)
from app.statuses.polls.service import vote, vote_on_post
from app.statuses.queries import edits_of
from app.statuses.service.delete import delete_status
from app.statuses.service.drafts import save_draft, writing_of
from app.statuses.service.edit import edit_status
from app.statuses.views import read_post
from app.statuses.visibility import Visibility
from app.statuses.writing import Writing
from tests.factories import NOON
from tests.fakes import FixedClock
from tests.social import make_person, post

DAY = timedelta(days=1)
LATER = NOON + timedelta(hours=1)
TEA = Asking(("Tea", "Coffee", "Water"), DAY)


def poll_in(session: Session, author: Actor, asking: Asking = TEA) -> Poll:
    """Post a poll."""
    status = post(session, author, "What shall we drink?", poll=asking)
    return session.get_one(Poll, status.poll_id)


def seen(session: Session, viewer: Actor | None, poll: Poll) -> PollView:
    """Return the poll as it stands in its post."""
    session.flush()
    viewer_id = None if viewer is None else viewer.account_id
    view = read_post(session.connection(), viewer_id, poll.status_id, now=LATER).poll
    assert view is not None
    return view


def count(session: Session, kind: type[Base]) -> int:
    return session.scalars(select(func.count()).select_from(kind)).one()


@pytest.mark.parametrize(
    ("asking", "why"),
    [
        pytest.param(Asking(("Tea",), DAY), "at least 2", id="one answer"),
        pytest.param(Asking((), DAY), "at least 2", id="no answer"),
        pytest.param(Asking(tuple("abcdefghi"), DAY), "at most 8", id="nine answers"),
        pytest.param(Asking(("a" * 51, "b"), DAY), "50 characters", id="51 characters"),
        pytest.param(Asking(("e" + "\u0301" * 3000, "b"), DAY), "50 characters", id="accents"),
        pytest.param(Asking(("Tea", "tea"), DAY), "the same", id="two that differ by case"),
        pytest.param(Asking(("a", "b"), timedelta(seconds=299)), "five minutes", id="299 s"),
        pytest.param(
            Asking(("a", "b"), LASTS_MAX + timedelta(seconds=1)), "a month", id="too long"
        ),
    ],
)
def test_what_is_no_poll(asking: Asking, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        check_asking(asking)


@pytest.mark.parametrize(
    "asking",
    [
        pytest.param(Asking(("a", "b"), timedelta(seconds=300)), id="two for five minutes"),
        pytest.param(Asking(tuple("abcdefgh"), LASTS_MAX), id="eight for a month"),
        pytest.param(Asking(("👩‍👩‍👧‍👦" * 50, "b"), DAY), id="fifty families"),
    ],
)
def test_what_is_a_poll(asking: Asking) -> None:
    check_asking(asking)
    assert Asking.load(asking.dump()) == asking


def test_answers_are_tidied() -> None:
    assert tidied([" Tea ", "", "\n", "Earl  Grey"]) == ("Tea", "Earl Grey")


@pytest.mark.parametrize(
    ("choices", "multiple"),
    [
        pytest.param([], True, id="nothing"),
        pytest.param([3], False, id="one past the last"),
        pytest.param([-1], False, id="before the first"),
        pytest.param([0, 1], False, id="two where one is asked for"),
    ],
)
def test_what_is_no_vote(choices: list[int], multiple: bool) -> None:
    with pytest.raises(Invalid):
        check_choices(choices, options=3, multiple=multiple)


def test_a_poll_has_no_pictures_and_must_end(session: Session) -> None:
    ada = make_person(session)
    for writing in (
        Writing(text="Both", media_ids=(1,), poll=TEA),
        Writing(text="For ever", poll=replace(TEA, lasts=None)),
        Writing(text="One", poll=replace(TEA, options=("Tea",))),
    ):
        with pytest.raises(Invalid) as refusal, session.begin_nested():
            post(session, ada, writing.text, media_ids=writing.media_ids, poll=writing.poll)
        assert "poll" in refusal.value.fields
    assert (count(session, Poll), count(session, Status)) == (0, 0)


def test_a_vote_counts_once_and_is_the_voters_own(session: Session) -> None:
    ada, bo, cy = (make_person(session) for _ in range(3))
    poll = poll_in(session, ada)
    rev = session.get_one(Status, poll.status_id).rev
    vote(session, bo, poll.id, [1], now=LATER)
    vote(session, cy, poll.id, [1, 1], now=LATER)
    assert seen(session, bo, poll).own_votes == (1,)
    assert seen(session, ada, poll).own_votes == seen(session, None, poll).own_votes == ()
    assert [o.votes for o in seen(session, None, poll).options] == [0, 2, 0]
    with pytest.raises(Invalid, match="already voted"):
        vote(session, bo, poll.id, [0], now=LATER)
    assert (poll.voters_count, count(session, PollVote)) == (2, 2)
    assert session.get_one(Status, poll.status_id).rev == rev, "counts are read live"


def test_several_answers_are_one_voter(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    poll = poll_in(session, ada, replace(TEA, multiple=True))
    vote(session, bo, poll.id, [0, 2], now=LATER)
    view = seen(session, bo, poll)
    assert (view.own_votes, view.votes_count, view.voters_count) == ((0, 2), 2, 1)


def test_who_does_not_vote(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    poll = poll_in(session, ada)
    letter = post(session, ada, "For me", visibility=Visibility.DIRECT, poll=TEA)
    plain = post(session, ada, "No poll")
    refused: list[tuple[type[AppError], Actor, int]] = [
        (Invalid, ada, poll.id),
        (Forbidden, replace(bo, state=MemberState.SUSPENDED), poll.id),
        (NotFound, bo, letter.poll_id or 0),
        (NotFound, bo, 12345),
    ]
    for error, actor, poll_id in refused:
        with pytest.raises(error):
            vote(session, actor, poll_id, [0], now=LATER)
    with pytest.raises(NotFound):
        vote_on_post(session, bo, plain.id, [0], now=LATER)
    with pytest.raises(Invalid, match="already ended"):
        vote(session, bo, poll.id, [0], now=NOON + DAY)
    assert count(session, PollVote) == 0


def test_of_two_votes_at_once_one_counts(db: Database) -> None:
    with db.write.begin() as session:
        ada, bo = make_person(session), make_person(session)
        poll_id = poll_in(session, ada).id

    def attempt(choice: int) -> bool:
        try:
            with db.write.begin() as session:
                vote(session, bo, poll_id, [choice % 3], now=LATER)
        except Invalid:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(attempt, range(6))) == 1
    with db.read.begin() as session:
        assert session.get_one(Poll, poll_id).voters_count == count(session, PollVote) == 1


def test_new_answers_begin_anew_and_the_old_ones_stay_readable(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    poll = poll_in(session, ada)
    vote(session, bo, poll.id, [1], now=LATER)
    writing = written_in(session, ada, poll.status_id)
    assert writing.poll == replace(TEA, lasts=None)
    edit_status(session, ada, poll.status_id, writing, now=LATER)
    assert edits_of(session, poll.status_id) == [], "nothing changed"
    louder = replace(writing, text="What SHALL we drink?")
    edit_status(session, ada, poll.status_id, louder, now=LATER)
    assert poll.voters_count == 1, "other words keep the votes"
    other = replace(TEA, options=("Tea", "Milk"), lasts=None)
    edit_status(session, ada, poll.status_id, replace(louder, poll=other), now=LATER)
    view = seen(session, bo, poll)
    assert [o.title for o in view.options] == ["Tea", "Milk"]
    assert (view.voters_count, view.own_votes) == (0, ())
    assert [edit.poll for edit in edits_of(session, poll.status_id)] == [list(TEA.options)] * 2
    vote(session, bo, poll.id, [1], now=LATER)


def test_a_poll_that_ended_keeps_its_answers(session: Session) -> None:
    ada = make_person(session)
    poll = poll_in(session, ada)
    late = NOON + 2 * DAY
    other = Writing(text="Other", poll=replace(TEA, options=("Tea", "Milk")))
    with pytest.raises(Invalid, match="already ended"), session.begin_nested():
        edit_status(session, ada, poll.status_id, other, now=late)
    edit_status(session, ada, poll.status_id, Writing(text="Same", poll=TEA), now=late)
    assert poll.expires_at == NOON + DAY, "it does not begin again"


def test_a_poll_comes_and_goes_with_a_change(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    status = post(session, ada, "Words")
    edit_status(session, ada, status.id, Writing(text="Words", poll=TEA), now=LATER)
    vote_on_post(session, bo, status.id, [0], now=LATER)
    edit_status(session, ada, status.id, Writing(text="Words"), now=LATER)
    assert status.poll_id is None
    for kind in (Poll, PollOption, PollVote):
        assert count(session, kind) == 0


def test_a_deleted_post_takes_its_poll_along(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    poll = poll_in(session, ada)
    vote(session, bo, poll.id, [0], now=LATER)
    delete_status(session, ada, poll.status_id, now=LATER)
    for kind in (Poll, PollOption, PollVote):
        assert count(session, kind) == 0


def test_a_draft_keeps_its_poll(session: Session) -> None:
    ada = make_person(session)
    half = Asking(("Tea",), DAY, multiple=True)
    draft = save_draft(session, ada, Writing(poll=half), now=NOON)
    session.flush()
    session.refresh(draft)
    assert writing_of(draft).poll == half


def told(db: Database) -> list[int]:
    """Return who was told that a poll ended."""
    with db.read.begin() as session:
        polls = select(Notice.account_id).where(Notice.kind == NoticeKind.POLL)
        return list(session.scalars(polls.order_by(Notice.account_id)))


def test_the_end_is_told_once_to_the_author_and_the_voters(
    db: Database, clock: FixedClock, runner: Runner
) -> None:
    with db.write.begin() as session:
        ada, bo, cy = (make_person(session) for _ in range(3))
        poll = poll_in(session, ada)
        vote(session, bo, poll.id, [0], now=NOON)
        longer = Writing(text="Longer", poll=replace(TEA, lasts=2 * DAY))
        edit_status(session, ada, poll.status_id, longer, now=NOON)
    clock.advance(days=1)
    runner.run_due()
    assert told(db) == [], "it lasts longer by now"
    clock.advance(days=1)
    runner.run_due()
    assert runner.run_due() == 0
    assert told(db) == sorted([ada.account_id, bo.account_id])
    assert cy.account_id not in told(db)


def test_eight_answers_cost_one_statement_more(session: Session) -> None:
    ada = make_person(session)
    poll = poll_in(session, ada, Asking(tuple("abcdefgh"), DAY, hide_totals=True))
    view = seen(session, ada, poll)
    assert len(view.options) == OPTIONS_MAX
    assert view.hides_totals(LATER)
    assert not view.hides_totals(NOON + DAY)
