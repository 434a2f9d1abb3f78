"""Who may see a post: the rule as a table, and its twin in SQL equal to it on any graph."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import bindparam, literal, select, update
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core.db import Database
from app.core.orm import BigInt
from app.core.records import replace
from app.relationships.models import Block, Follow, FollowState, Mute
from app.statuses.models import Mention, Status
from app.statuses.visibility import (
    Post,
    ReplyAudience,
    Viewer,
    Visibility,
    boost_visibility,
    is_counted,
    may_answer,
    may_see,
    wants_to_see,
)
from app.statuses.visible import statuses, unmuted, visible_to
from tests.factories import NOON

AUTHOR, OTHER = 1, 2
EVERYBODY = ("visitor", "stranger", "follower", "mentioned", "blocked", "author", "remote")

VIEWERS = {
    "visitor": None,
    "stranger": Viewer(OTHER),
    "follower": Viewer(OTHER, follows=frozenset({AUTHOR})),
    "mentioned": Viewer(9),
    "blocked": Viewer(OTHER, follows=frozenset({AUTHOR}), blocks=frozenset({AUTHOR})),
    "author": Viewer(AUTHOR),
    "remote": Viewer(OTHER, is_local=False),
}
SEEN_BY = {
    Visibility.PUBLIC: "visitor stranger follower mentioned author remote",
    Visibility.UNLISTED: "visitor stranger follower mentioned author remote",
    Visibility.LOCAL: "stranger follower mentioned author",
    Visibility.FOLLOWERS: "follower mentioned author",
    Visibility.DIRECT: "mentioned author",
}


@pytest.mark.parametrize("visibility", list(Visibility))
@pytest.mark.parametrize("who", EVERYBODY)
def test_the_truth_table(visibility: Visibility, who: str) -> None:
    post = Post(AUTHOR, visibility, mentioned=frozenset({9}))
    assert may_see(VIEWERS[who], post) is (who in SEEN_BY[visibility].split())


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("fault", ["is_deleted", "author_suspended"])
def test_nobody_sees_what_is_gone(fault: str, who: str) -> None:
    given: dict[str, Any] = {fault: True}
    assert not may_see(VIEWERS[who], Post(AUTHOR, Visibility.PUBLIC, **given))


@pytest.mark.parametrize("who", EVERYBODY)
def test_a_boost_shows_nothing_that_the_original_does_not(who: str) -> None:
    original = Post(AUTHOR, Visibility.FOLLOWERS, mentioned=frozenset({9}))
    boost = Post(7, Visibility.PUBLIC, original=original)
    assert may_see(VIEWERS[who], boost) is may_see(VIEWERS[who], original)


def test_a_boost_by_somebody_blocked_is_not_seen() -> None:
    boost = Post(7, Visibility.PUBLIC, original=Post(AUTHOR, Visibility.PUBLIC))
    assert not may_see(Viewer(OTHER, blocks=frozenset({7})), boost)


def test_muting_hides_in_timelines_only() -> None:
    boost = Post(7, Visibility.PUBLIC, original=Post(AUTHOR, Visibility.PUBLIC))
    for muted in (7, AUTHOR):
        viewer = Viewer(OTHER, mutes=frozenset({muted}))
        assert may_see(viewer, boost)
        assert not wants_to_see(viewer, boost)
    assert wants_to_see(None, boost)


@pytest.mark.parametrize(
    ("original", "by_author", "reach"),
    [
        pytest.param("public", False, "public", id="a public post reaches everyone"),
        pytest.param("unlisted", False, "unlisted", id="a quiet one stays quiet"),
        pytest.param("local", False, "local", id="what is for this co-op stays here"),
        pytest.param("followers", True, "followers", id="its author may remind their followers"),
        pytest.param("followers", False, None, id="a follower must not pass it on"),
        pytest.param("direct", True, None, id="a letter is never boosted"),
    ],
)
def test_a_boost_never_widens_an_audience(
    original: str, by_author: bool, reach: str | None
) -> None:
    assert boost_visibility(Visibility(original), by_author=by_author) == reach


@pytest.mark.parametrize(
    ("audience", "who", "answers"),
    [
        pytest.param("everyone", "", True, id="everyone may answer"),
        pytest.param("followers", "", False, id="a stranger may not, where followers may"),
        pytest.param("followers", "is_follower", True, id="a follower may"),
        pytest.param(
            "mentioned", "is_follower", False, id="a follower may not, if named ones may"
        ),
        pytest.param("mentioned", "is_mentioned", True, id="whoever is named may"),
        pytest.param("mentioned", "is_author", True, id="the author always may"),
    ],
)
def test_who_may_answer(audience: str, who: str, answers: bool) -> None:
    roles = {role: role == who for role in ("is_author", "is_mentioned", "is_follower")}
    assert may_answer(ReplyAudience(audience), **roles) is answers


@pytest.mark.parametrize(
    ("answer", "answered", "counted"),
    [
        pytest.param("public", "public", True, id="public answers count"),
        pytest.param("local", "public", False, id="what visitors cannot see does not count"),
        pytest.param("local", "local", True, id="among neighbours it does"),
        pytest.param("followers", "followers", False, id="private answers never count"),
        pytest.param("direct", "public", False, id="letters never count"),
    ],
)
def test_which_answers_count(answer: str, answered: str, counted: bool) -> None:
    assert is_counted(answer=Visibility(answer), answered=Visibility(answered)) is counted


PEOPLE = range(1, 5)
Pair = tuple[int, int]


@dataclass(frozen=True)
class Graph:
    """People 1 to 4, how they stand to each other, and what they posted."""

    follows: frozenset[Pair]
    requests: frozenset[Pair]
    blocks: frozenset[Pair]
    mutes: frozenset[Pair]
    suspended: frozenset[int]
    posts: tuple[Post, ...]

    def viewer(self, who: int, *, is_local: bool) -> Viewer:
        """Return how the rule sees one of them."""
        return Viewer(
            who,
            is_local=is_local,
            follows=frozenset(b for a, b in self.follows if a == who),
            blocks=frozenset(b for a, b in self.blocks if a == who)
            | frozenset(a for a, b in self.blocks if b == who),
            mutes=frozenset(b for a, b in self.mutes if a == who),
        )


people = st.sampled_from(PEOPLE)
pairs = st.frozensets(st.tuples(people, people).filter(lambda p: p[0] != p[1]), max_size=6)
plain = st.builds(
    Post,
    author_id=people,
    visibility=st.sampled_from(Visibility),
    mentioned=st.frozensets(people, max_size=2),
    is_deleted=st.booleans(),
)
boosts = st.builds(
    Post,
    author_id=people,
    visibility=st.sampled_from(Visibility),
    is_deleted=st.booleans(),
    original=plain,
)


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Draw any graph; whoever is suspended is so in all their posts."""
    suspended = draw(st.frozensets(people, max_size=1))

    def of_account(post: Post) -> Post:
        original = None if post.original is None else of_account(post.original)
        return replace(post, author_suspended=post.author_id in suspended, original=original)

    posts = draw(st.lists(st.one_of(plain, boosts), min_size=1, max_size=6))
    follows = draw(pairs)
    requests = draw(pairs) - follows
    return Graph(
        follows, requests, draw(pairs), draw(pairs), suspended, tuple(map(of_account, posts))
    )


def store(session: Session, graph: Graph) -> list[int]:
    """Write a graph into the tables; return the ids of its posts."""
    for who in PEOPLE:
        at = NOON if who in graph.suspended else None
        account = Account(id=who, username=f"p{who}", created_at=NOON, suspended_at=at)
        session.add(account)
    session.flush()
    for state, edges in (
        (FollowState.ACCEPTED, graph.follows),
        (FollowState.REQUESTED, graph.requests),
    ):
        for a, b in edges:
            session.add(Follow(follower_id=a, followee_id=b, state=state, created_at=NOON))
    session.add_all(Block(account_id=a, target_id=b, created_at=NOON) for a, b in graph.blocks)
    session.add_all(Mute(account_id=a, target_id=b, created_at=NOON) for a, b in graph.mutes)
    ids = iter(range(1, 100))
    return [_store_post(session, post, ids) for post in graph.posts]


def _store_post(session: Session, post: Post, ids: Any, *, boosted: int | None = None) -> int:
    if post.original is not None:
        boosted = _store_post(session, post.original, ids)
    post_id: int = next(ids)
    status = Status(
        id=post_id,
        account_id=post.author_id,
        visibility=post.visibility,
        conversation_id=post_id,
        reblog_of_id=boosted,
        created_at=NOON,
        deleted_at=NOON if post.is_deleted else None,
    )
    session.add(status)
    session.flush()
    session.add_all(Mention(status_id=post_id, account_id=who) for who in post.mentioned)
    session.flush()
    return post_id


class Undo(Exception):
    """Ends an example without a trace."""


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(graph=graphs(), is_local=st.booleans(), joined=st.booleans())
def test_the_twins_agree(db: Database, graph: Graph, is_local: bool, joined: bool) -> None:
    with pytest.raises(Undo), db.write.begin() as session:
        ids = store(session, graph)
        posts = dict(zip(ids, graph.posts, strict=True))
        for who in (None, *PEOPLE):
            viewer = None if who is None else graph.viewer(who, is_local=is_local)
            found = seen(session, who, is_local=is_local, joined=joined)
            for post_id, post in posts.items():
                assert (post_id in found) is may_see(viewer, post), (who, post)
            kept = wanted(session, who)
            for post_id, post in posts.items():
                assert (post_id in kept) is wants_to_see(viewer, post), (who, post)
        raise Undo


def seen(session: Session, who: int | None, *, is_local: bool, joined: bool) -> set[int]:
    """Ask the SQL twin, with the original joined by the query or looked up by the rule."""
    me = None if who is None else bindparam("me", who, type_=BigInt)
    original = statuses.alias() if joined else None
    rows = select(statuses.c.id).where(visible_to(me, original=original, is_local=is_local))
    if original is not None:
        on = original.c.id == statuses.c.reblog_of_id
        rows = rows.select_from(statuses.outerjoin(original, on))
    return set(session.scalars(rows))


def wanted(session: Session, who: int | None) -> set[int]:
    """Ask the SQL twin of muting."""
    original = statuses.alias()
    on = original.c.id == statuses.c.reblog_of_id
    rows = select(statuses.c.id).select_from(statuses.outerjoin(original, on))
    if who is not None:
        people_in_it = (statuses.c.account_id, original.c.account_id)
        rows = rows.where(unmuted(literal(who, BigInt), literal(NOON), *people_in_it))
    return set(session.scalars(rows))


def test_a_mute_ends_by_itself(session: Session) -> None:
    graph = Graph(
        frozenset(),
        frozenset(),
        frozenset(),
        frozenset({(1, 2)}),
        frozenset(),
        (Post(2, Visibility.PUBLIC),),
    )
    [post_id] = store(session, graph)
    session.execute(update(Mute).values(until=NOON))
    before = unmuted(literal(1), literal(NOON - timedelta(seconds=1)), statuses.c.account_id)
    after = unmuted(literal(1), literal(NOON), statuses.c.account_id)
    assert session.scalars(select(statuses.c.id).where(before)).all() == []
    assert session.scalars(select(statuses.c.id).where(after)).all() == [post_id]
