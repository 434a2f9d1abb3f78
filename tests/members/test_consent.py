"""Who has not accepted the terms in force can do everything but post."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.core.errors import Forbidden, NotFound
from app.members.consent import accept, check_may_post, in_force, may_post, missing
from app.members.models import RequiredVersion
from tests.factories import NOON, make_member

DAY = timedelta(days=1)


def require_version(
    session: Session, version: int, *, effective: int, accept_by: int, slug: str = "terms"
) -> None:
    session.add(
        RequiredVersion(
            slug=slug,
            version=version,
            title="Terms",
            hash=f"{version}",
            effective_at=NOON + effective * DAY,
            accept_by=NOON + accept_by * DAY,
        )
    )
    session.flush()


@pytest.fixture
def ada(session: Session) -> int:
    return make_member(session).id


def test_without_documents_everybody_posts(session: Session, ada: int) -> None:
    assert may_post(session, ada, NOON)


@pytest.mark.parametrize(
    ("accepted", "day", "allowed"),
    [
        pytest.param([1], 4, True, id="the new version is not in force yet"),
        pytest.param([1], 5, True, id="in force, and days are left to accept"),
        pytest.param([1], 18, True, id="the last day to accept"),
        pytest.param([1], 19, False, id="the days to accept are over"),
        pytest.param([1, 2], 19, True, id="accepted"),
        pytest.param([2], 0, True, id="accepted before it was in force"),
        pytest.param([], 0, False, id="nothing ever accepted"),
    ],
)
def test_who_may_post(
    session: Session, ada: int, accepted: list[int], day: int, allowed: bool
) -> None:
    require_version(session, 1, effective=-100, accept_by=-100)
    require_version(session, 2, effective=5, accept_by=19)
    for version in accepted:
        accept(session, member_id=ada, slug="terms", version=version, via="page", now=NOON)
    session.flush()
    assert may_post(session, ada, NOON + day * DAY) is allowed
    if not allowed:
        with pytest.raises(Forbidden, match="/terms"):
            check_may_post(session, ada, NOON + day * DAY)


def test_every_document_counts(session: Session, ada: int) -> None:
    for slug in ("terms", "code-of-conduct"):
        require_version(session, 1, effective=-1, accept_by=-1, slug=slug)
    accept(session, member_id=ada, slug="terms", version=1, via="page", now=NOON)
    session.flush()
    assert [v.slug for v in missing(session, ada, at=NOON)] == ["code-of-conduct"]
    assert not may_post(session, ada, NOON)


def test_accepting_twice_keeps_the_first_time(session: Session, ada: int) -> None:
    require_version(session, 1, effective=-1, accept_by=-1)
    accept(session, member_id=ada, slug="terms", version=1, via="page", now=NOON)
    session.flush()
    accept(session, member_id=ada, slug="terms", version=1, via="api", now=NOON + DAY)
    session.flush()
    assert may_post(session, ada, NOON)


def test_only_what_exists_can_be_accepted(session: Session, ada: int) -> None:
    with pytest.raises(NotFound):
        accept(session, member_id=ada, slug="terms", version=9, via="page", now=NOON)


def test_only_one_version_of_a_document_is_in_force(session: Session) -> None:
    require_version(session, 1, effective=-100, accept_by=-100)
    require_version(session, 2, effective=-5, accept_by=5)
    require_version(session, 3, effective=5, accept_by=15)
    assert [v.version for v in in_force(session, at=NOON)] == [2]
