"""Quotes: who may, what readers see of them, taking one's post out, and who is told."""

from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import Forbidden, NotFound
from app.core.records import replace
from app.members.actor import Actor
from app.members.states import MemberState
from app.notifications.kinds import NoticeKind
from app.notifications.models import Notice
from app.relationships import service as relationships
from app.statuses.models import Status
from app.statuses.quotes.models import Quote
from app.statuses.quotes.queries import quoters_of
from app.statuses.quotes.rules import QuotePolicy, QuoteSight, QuoteState, may_quote, sight_of
from app.statuses.quotes.service import check_quotable, revoke_quote, set_policies
from app.statuses.service.boost import boost_status
from app.statuses.service.delete import delete_status
from app.statuses.service.drafts import save_draft, writing_of
from app.statuses.service.edit import edit_status
from app.statuses.views import PostView, read_post
from app.statuses.visibility import ReplyAudience, Visibility
from app.statuses.writing import Writing
from app.timelines.queries import QUOTING
from tests.factories import NOON
from tests.social import befriend, make_person, post

LATER = NOON + timedelta(hours=1)
P, V, S = QuotePolicy, Visibility, QuoteSight


def seen(session: Session, viewer: Actor | None, status: Status) -> PostView:
    session.flush()
    viewer_id = None if viewer is None else viewer.account_id
    return read_post(session.connection(), viewer_id, status.id, now=LATER)


def sight(session: Session, viewer: Actor | None, status: Status) -> QuoteSight | None:
    """Return how the quote in a post stands for a reader, with the post only if accepted."""
    quote = seen(session, viewer, status).quote
    if quote is None:
        return None
    assert (quote.post is not None) == (quote.sight is QuoteSight.ACCEPTED)
    return quote.sight


@pytest.mark.parametrize(
    ("policy", "visibility", "author", "follower", "allowed"),
    [
        pytest.param(P.PUBLIC, V.PUBLIC, False, False, True, id="anybody"),
        pytest.param(P.FOLLOWERS, V.PUBLIC, False, False, False, id="a stranger"),
        pytest.param(P.FOLLOWERS, V.PUBLIC, False, True, True, id="a follower"),
        pytest.param(P.NOBODY, V.PUBLIC, False, True, False, id="a follower of who wants none"),
        pytest.param(P.NOBODY, V.FOLLOWERS, True, False, True, id="the author"),
        pytest.param(P.PUBLIC, V.DIRECT, True, True, False, id="a letter, even one's own"),
    ],
)
def test_who_may_quote(
    policy: QuotePolicy, visibility: Visibility, author: bool, follower: bool, allowed: bool
) -> None:
    assert may_quote(policy, visibility, is_author=author, is_follower=follower) is allowed


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param({}, S.ACCEPTED, id="seen"),
        pytest.param({"is_seen": False}, S.UNAUTHORIZED, id="not for the reader"),
        pytest.param({"is_seen": False, "blocks": True}, S.BLOCKED_ACCOUNT, id="blocked"),
        pytest.param({"mutes": True}, S.MUTED_ACCOUNT, id="muted"),
        pytest.param({"is_seen": False, "mutes": True}, S.UNAUTHORIZED, id="muted and not seen"),
        pytest.param({"is_deleted": True, "blocks": True}, S.DELETED, id="deleted"),
    ],
)
def test_how_a_quote_stands_for_a_reader(given: dict[str, bool], expected: QuoteSight) -> None:
    usual = {"is_deleted": False, "is_seen": True, "blocks": False, "mutes": False} | given
    assert sight_of(QuoteState.ACCEPTED, **usual) is expected
    assert sight_of(QuoteState.REVOKED, **usual) is S.REVOKED


def test_the_rule_and_its_twin_in_sql_agree(session: Session) -> None:
    ada, follower, stranger = (make_person(session) for _ in range(3))
    befriend(session, follower, ada)
    for policy, visibility in product(QuotePolicy, Visibility):
        status = post(session, ada, visibility=visibility, quote_policy=policy)
        status.quote_policy = policy  # Also where a new post would not have it.
        for reader in (ada, follower, stranger):
            try:
                found = seen(session, reader, status).may_be_quoted
            except NotFound:
                continue
            allowed = may_quote(
                policy,
                visibility,
                is_author=reader is ada,
                is_follower=reader is follower,
            )
            assert found is allowed, (policy, visibility)
    public = post(session, ada)
    assert seen(session, None, public).may_be_quoted is False


def test_what_cannot_be_quoted(session: Session) -> None:
    ada, bo = make_person(session), make_person(session, "bo")
    befriend(session, bo, ada)
    letter = post(session, ada, "psst", visibility=V.DIRECT)
    gone = post(session, ada)
    delete_status(session, ada, gone.id, now=NOON)
    for unseen in (letter.id, gone.id, 12345):
        with pytest.raises(NotFound, match="no such post"):
            post(session, bo, "Look", quoted_id=unseen)
    for_few = post(session, ada, visibility=V.FOLLOWERS)
    closed = post(session, ada, quote_policy=P.NOBODY)
    known = post(session, ada, "@bo psst", visibility=V.DIRECT)
    for refused in (for_few, closed, known):
        with pytest.raises(Forbidden, match="does not want"):
            post(session, bo, "Look", quoted_id=refused.id)
    with pytest.raises(Forbidden):
        check_quotable(session, ada, known.id)
    assert session.scalars(select(Quote)).all() == []


def test_a_quote_shows_what_its_reader_may_see(session: Session) -> None:
    ada, bo, cy, visitor = *(make_person(session) for _ in range(3)), None
    for_few = post(session, ada, "For followers", visibility=V.FOLLOWERS)
    here = post(session, ada, "In the house", visibility=V.LOCAL)
    own = post(session, ada, "My own words", quoted_id=for_few.id)
    other = post(session, bo, "Heard here", quoted_id=here.id)
    befriend(session, bo, ada)
    assert sight(session, bo, own) is S.ACCEPTED
    assert sight(session, cy, own) is sight(session, visitor, own) is S.UNAUTHORIZED
    assert sight(session, cy, other) is S.ACCEPTED
    assert sight(session, visitor, other) is S.UNAUTHORIZED
    assert sight(session, cy, here) is None
    boost = boost_status(session, cy, other.id, now=NOON)
    assert sight(session, cy, boost) is S.ACCEPTED
    quoted = seen(session, bo, own).quote
    assert quoted is not None
    assert quoted.post is not None
    assert "For followers" in quoted.post.html
    relationships.mute(session, cy, target_id=ada.account_id, now=NOON)
    assert sight(session, cy, other) is S.MUTED_ACCOUNT
    relationships.block(session, cy, target_id=ada.account_id, now=NOON)
    assert sight(session, cy, other) is S.BLOCKED_ACCOUNT
    assert sight(session, bo, other) is S.ACCEPTED
    delete_status(session, ada, here.id, now=LATER)
    assert sight(session, bo, other) is S.DELETED


def test_a_quote_of_a_quote_names_it_only(session: Session) -> None:
    ada = make_person(session)
    first = post(session, ada, "One")
    second = post(session, ada, "Two", quoted_id=first.id)
    third = post(session, ada, "Three", quoted_id=second.id)
    inner = seen(session, ada, third).quote
    assert inner is not None
    assert inner.post is not None
    assert (inner.post.id, inner.post.quoted_id, inner.post.quote) == (second.id, first.id, None)


def test_the_author_takes_their_post_out_of_a_quote(session: Session) -> None:
    ada, bo, cy = (make_person(session) for _ in range(3))
    first, other = post(session, ada), post(session, ada)
    quoting = post(session, bo, "Look", quoted_id=first.id)
    with pytest.raises(Forbidden):
        revoke_quote(session, bo, first.id, quoting.id)
    for status_id, quoting_id in ((other.id, quoting.id), (first.id, other.id), (first.id, 1)):
        with pytest.raises(NotFound):
            revoke_quote(session, ada, status_id, quoting_id)
    suspended = replace(ada, state=MemberState.SUSPENDED)
    with pytest.raises(Forbidden):
        revoke_quote(session, suspended, first.id, quoting.id)
    assert sight(session, cy, quoting) is S.ACCEPTED
    for _ in range(2):
        revoke_quote(session, ada, first.id, quoting.id)
    session.refresh(quoting)
    assert quoting.rev == 2
    for reader in (ada, bo, cy, None):
        assert sight(session, reader, quoting) is S.REVOKED
    page = QUOTING.page(session.connection(), ada.account_id, now=NOON, who=first.id)
    assert page.posts == ()
    assert quoters_of(session, first.id) == []


def test_who_may_quote_can_change_and_old_quotes_stay(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    first, letter = post(session, ada), post(session, ada, visibility=V.FOLLOWERS)
    quoting = post(session, bo, "Look", quoted_id=first.id)
    with pytest.raises(NotFound):
        set_policies(session, bo, first.id, quotes=P.NOBODY)
    for _ in range(2):
        set_policies(session, ada, first.id, quotes=P.NOBODY, answers=ReplyAudience.FOLLOWERS)
    assert (first.rev, first.reply_audience) == (2, ReplyAudience.FOLLOWERS)
    assert sight(session, bo, quoting) is S.ACCEPTED
    with pytest.raises(Forbidden):
        post(session, bo, "Again", quoted_id=first.id)
    assert set_policies(session, ada, letter.id, quotes=P.PUBLIC).quote_policy is P.NOBODY


def told(session: Session, actor: Actor) -> list[tuple[NoticeKind, int | None]]:
    session.flush()
    mine = select(Notice.kind, Notice.status_id).where(Notice.account_id == actor.account_id)
    return [(row.kind, row.status_id) for row in session.execute(mine.order_by(Notice.id))]


def test_who_is_told_of_a_quote_and_of_a_change(session: Session) -> None:
    ada, bo = make_person(session, "ada"), make_person(session)
    first = post(session, ada, "One")
    quoting = post(session, bo, "@ada Look", quoted_id=first.id)
    post(session, ada, "My own", quoted_id=first.id)
    assert told(session, ada) == [(NoticeKind.QUOTE, quoting.id)]
    edit_status(session, ada, first.id, Writing(text="Two"), now=LATER)
    assert told(session, bo) == [(NoticeKind.QUOTED_UPDATE, first.id)]
    edit_status(session, bo, quoting.id, Writing(text="Look again"), now=LATER)
    assert session.get_one(Status, quoting.id).quoted_id == first.id, "a quote stays"
    delete_status(session, bo, quoting.id, now=LATER)
    of_it = select(Quote).where(Quote.status_id == quoting.id)
    assert session.scalars(of_it).all() == []


def test_a_draft_keeps_what_it_quotes(session: Session) -> None:
    ada = make_person(session)
    writing = Writing(text="Look", quoted_id=post(session, ada).id, quote_policy=P.FOLLOWERS)
    draft = save_draft(session, ada, writing, now=NOON)
    session.refresh(draft)
    assert writing_of(draft) == writing == Writing.load(writing.dump())
