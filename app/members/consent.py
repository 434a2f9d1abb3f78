"""Which documents members must accept, and whether somebody has."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, bindparam, exists, func, literal, select
from sqlalchemy.orm import Session

from app.core.errors import Forbidden, NotFound
from app.core.orm import BigInt, UtcDateTime
from app.core.prepared import Prepared
from app.core.words import say
from app.members.models import Acceptance, RequiredVersion


def in_force(session: Session, *, at: datetime) -> Sequence[RequiredVersion]:
    """Return the version of each required document that is in force at `at`, by slug."""
    return session.scalars(_in_force(literal(at, UtcDateTime))).all()


def _in_force(at: ColumnElement[datetime]) -> Select[RequiredVersion]:
    newest = (
        select(RequiredVersion.slug, func.max(RequiredVersion.version).label("version"))
        .where(RequiredVersion.effective_at <= at)
        .group_by(RequiredVersion.slug)
        .subquery()
    )
    same = (RequiredVersion.slug == newest.c.slug) & (RequiredVersion.version == newest.c.version)
    return select(RequiredVersion).join(newest, same).order_by(RequiredVersion.slug)


def required_version(session: Session, slug: str, version: int) -> RequiredVersion | None:
    """Return the version of a document if it has to be accepted."""
    return session.get(RequiredVersion, (slug, version))


def accepted_by(session: Session, member_id: int) -> Mapping[str, int]:
    """Return the newest version of each document that the member has accepted."""
    newest = select(Acceptance.slug, func.max(Acceptance.version))
    theirs = newest.where(Acceptance.member_id == member_id).group_by(Acceptance.slug)
    return dict(session.execute(theirs).all())


def missing(session: Session, member_id: int, *, at: datetime) -> Sequence[RequiredVersion]:
    """Return the versions in force at `at` that the member has not accepted yet, by slug."""
    return session.scalars(_missing(literal(member_id), literal(at, UtcDateTime))).all()


def _missing(
    member_id: ColumnElement[int], at: ColumnElement[datetime]
) -> Select[RequiredVersion]:
    accepted = exists().where(
        Acceptance.member_id == member_id,
        Acceptance.slug == RequiredVersion.slug,
        Acceptance.version >= RequiredVersion.version,
    )
    return _in_force(at).where(~accepted)


_GRACE = Prepared(
    _missing(
        bindparam("member_id", type_=BigInt), bindparam("at", type_=UtcDateTime)
    ).with_only_columns(RequiredVersion.accept_by)
)


def may_post(session: Session, member_id: int, now: datetime) -> bool:
    """Return whether the member has accepted all that had to be accepted by now."""
    rows = _GRACE.within(session, {"member_id": member_id, "at": now})
    return not any(now >= accept_by for (accept_by,) in rows)


def check_may_post(session: Session, member_id: int, now: datetime) -> None:
    """Raise Forbidden, saying where to accept, unless the member may post."""
    if not may_post(session, member_id, now):
        raise Forbidden(
            say(
                "Please read and accept our terms at {path} first. Then you can post.",
                path="/terms",
            )
        )


def accept(
    session: Session, *, member_id: int, slug: str, version: int, via: str, now: datetime
) -> None:
    """Record that the member accepts the version; a second time changes nothing.

    Raises: NotFound if there is no such version to accept.
    """
    if required_version(session, slug, version) is None:
        raise NotFound(say("There is no such version to accept."))
    if session.get(Acceptance, (member_id, slug, version)) is None:
        session.add(
            Acceptance(member_id=member_id, slug=slug, version=version, accepted_at=now, via=via)
        )


def accept_all(
    session: Session,
    versions: Iterable[RequiredVersion],
    *,
    member_id: int,
    via: str,
    now: datetime,
) -> None:
    """Record that the member accepts all of `versions`."""
    for version in versions:
        accept(
            session,
            member_id=member_id,
            slug=version.slug,
            version=version.version,
            via=via,
            now=now,
        )
