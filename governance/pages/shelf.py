"""Documents as pages show them: their versions, and the decisions that made them."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import NotFound
from app.core.records import Record
from app.core.words import say
from app.members.consent import accepted_by, missing
from app.members.models import RequiredVersion
from governance.documents import TYPES, in_force, versions_of
from governance.lifecycle import UNDER_WAY, State
from governance.models import (
    DocumentVersion,
    Enactment,
    EnactmentOrder,
    Proposal,
    Result,
)
from governance.models.law import Slug
from governance.shown.clauses import Clause, body_of, clauses
from governance.shown.marks import Marks, marks


class Origin(Record):
    """The decision that made a version; without a proposal, the founding."""

    version: int
    at: datetime
    proposal_id: int | None = None
    title: str | None = None
    yes: int = 0
    no: int = 0


class Shown(Record):
    """One version of a document, clause by clause."""

    slug: Slug
    version: DocumentVersion
    is_in_force: bool
    clauses: Sequence[Clause]
    origins: Mapping[int, Origin]
    coming: DocumentVersion | None  # Adopted, and not in effect yet.

    @property
    def title(self) -> str:
        """What the document is called."""
        return self.version.title


class Changing(Record):
    """A proposal that would change a document."""

    proposal_id: int
    title: str
    is_voting: bool
    closes_at: datetime | None


def slug_of(given: str) -> Slug:
    """Return the document's name. Raises: NotFound."""
    if given not in set(Slug):
        raise _no_such()
    return Slug(given)


def document_shown(
    session: Session, slug: Slug, *, now: datetime, number: int | None = None
) -> Shown:
    """Return a version of the document: the one in force, unless another is asked for.

    Raises: NotFound if there is no such version, or none in force yet.
    """
    versions = versions_of(session, slug)
    current = in_force(session, slug, at=now)
    version = current if number is None else _numbered(versions, number)
    if version is None:
        raise _no_such()
    told = [one for one in reversed(versions) if one.version <= version.version]
    coming = next((one for one in versions if one.effective_at > now), None)
    return Shown(
        slug=slug,
        version=version,
        is_in_force=version is current,
        clauses=clauses([(one.version, body_of(one.text)) for one in told]),
        origins=origins_of(session, told),
        coming=coming,
    )


def version_of(session: Session, slug: Slug, number: int) -> DocumentVersion:
    """Return one version. Raises: NotFound."""
    version = _numbered(versions_of(session, slug), number)
    if version is None:
        raise _no_such()
    return version


def difference(session: Session, slug: Slug, *, before: int, after: int) -> Marks:
    """Return what changed from one version to another. Raises: NotFound."""
    texts = {one.version: one.text for one in versions_of(session, slug)}
    if before not in texts or after not in texts:
        raise _no_such()
    return marks(texts[before], texts[after])


def origins_of(session: Session, versions: Sequence[DocumentVersion]) -> Mapping[int, Origin]:
    """Return the decisions behind some versions of one document, by version."""
    by_enactment = {one.enactment_id: one for one in versions}
    rows = session.execute(
        select(Enactment.id, Proposal.id, Proposal.title, Proposal.closes_at, Result.working)
        .join(EnactmentOrder, EnactmentOrder.id == Enactment.order_id)
        .join(Proposal, Proposal.id == EnactmentOrder.proposal_id)
        .join(Result, Result.proposal_id == Proposal.id)
        .where(Enactment.id.in_(by_enactment))
    )
    found = {one.version: Origin(one.version, one.adopted_at) for one in versions}
    for enactment_id, proposal_id, title, closes_at, working in rows:
        version, counts = by_enactment[enactment_id], working["counts"]
        found[version.version] = Origin(
            version=version.version,
            at=closes_at or version.adopted_at,
            proposal_id=proposal_id,
            title=title,
            yes=counts["yes"],
            no=counts["no"] + counts["block"],
        )
    return found


def changing(session: Session, slug: Slug) -> Sequence[Changing]:
    """Return the proposals under way that would change the document, soonest close first."""
    if slug is Slug.FEDERATION_POLICY:
        return []  # Its type of decision has other matters as well.
    talked = UNDER_WAY - {State.SEEKING_SUPPORT}
    rows = session.execute(
        select(Proposal.id, Proposal.title, Proposal.state, Proposal.closes_at)
        .where(Proposal.type == TYPES[slug], Proposal.state.in_(talked))
        .order_by(Proposal.closes_at, Proposal.id)
    )
    return [
        Changing(id_, title, is_voting=state is State.VOTING, closes_at=closes_at)
        for id_, title, state, closes_at in rows
    ]


def all_in_force(session: Session, *, now: datetime) -> Sequence[DocumentVersion]:
    """Return what is in force, in the order of the documents."""
    found = (in_force(session, slug, at=now) for slug in Slug)
    return [version for version in found if version is not None]


class Consent(Record):
    """A version that a member is asked to accept, and the one that they accepted before."""

    required: RequiredVersion
    accepted: int  # 0: none.


def waiting_consents(session: Session, member_id: int, *, now: datetime) -> Sequence[Consent]:
    """Return what the member has still to accept."""
    accepted = accepted_by(session, member_id)
    waiting = missing(session, member_id, at=now)
    return [Consent(one, accepted.get(one.slug, 0)) for one in waiting]


def consent_to(session: Session, member_id: int, slug: Slug, *, now: datetime) -> Consent | None:
    """Return what the member has still to accept of one document."""
    waiting = waiting_consents(session, member_id, now=now)
    return next((one for one in waiting if one.required.slug == slug), None)


def _numbered(versions: Sequence[DocumentVersion], number: int) -> DocumentVersion | None:
    return next((one for one in versions if one.version == number), None)


def _no_such() -> NotFound:
    return NotFound(say("There is no such document, or no such version of it."))
