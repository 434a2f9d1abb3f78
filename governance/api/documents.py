"""Documents for programs: what is in force, older versions, what changed, and accepting."""

from datetime import datetime
from typing import Annotated, Self

from fastapi import Depends, Path
from pydantic import BaseModel, Field

from app.core.words import say
from app.http.apis import api_router
from app.http.deps import ClockDep, ReaderDep, SessionDep
from app.members.actor import Verb, require
from app.members.consent import accept
from app.text.redline import Kind, Passage, Piece, redline
from governance.api.common import Form, ReadsDep, VotesDep
from governance.models import DocumentVersion
from governance.models.law import Slug
from governance.pages.common import read_id
from governance.pages.shelf import slug_of, version_of
from governance.queries import document_view, document_views, version_view
from governance.queries.law import FOUNDING
from governance.views import DocumentView

router = api_router(prefix="/api/coop/v1/documents", tags=["documents"])

VERSION_MAX = 2**31 - 1


async def slug_in_path(slug: Annotated[str, Path(max_length=40)]) -> Slug:
    """Read which document is meant. Raises: NotFound."""
    return slug_of(slug)


def read_number(given: str) -> int:
    """Return the number of a version in an address. Raises: NotFound if it cannot be one."""
    return min(read_id(given), VERSION_MAX)


SlugInPath = Annotated[Slug, Depends(slug_in_path)]


class DocumentEntity(BaseModel):
    """A version of a document; without a decision, it is from the founding."""

    slug: Slug
    version: int
    title: str
    text: str
    hash: str
    effective_at: datetime
    decision_id: str | None
    must_accept_by: datetime | None
    in_force: bool
    url: str

    @classmethod
    def of(cls, view: DocumentView) -> Self:
        """Build the entity from its view."""
        return cls(
            slug=view.slug,
            version=view.version,
            title=view.title,
            text=view.text,
            hash=view.hash,
            effective_at=view.effective_at,
            decision_id=None if view.decision == FOUNDING else view.decision,
            must_accept_by=view.accept_by,
            in_force=view.is_in_force,
            url=f"/coop/documents/{view.slug.value}/versions/{view.version}",
        )


class PieceEntity(BaseModel):
    """Some words, and whether they stay, go or come."""

    kind: Kind
    text: str

    @classmethod
    def of(cls, piece: Piece) -> Self:
        """Build the entity from its value."""
        return cls(kind=piece.kind, text=piece.text)


class PassageEntity(BaseModel):
    """A paragraph, heading or list item in both versions; `mark` is its sign in Markdown."""

    kind: Kind
    mark: str
    pieces: list[PieceEntity]

    @classmethod
    def of(cls, passage: Passage) -> Self:
        """Build the entity from its value."""
        pieces = [PieceEntity.of(one) for one in passage.pieces]
        return cls(kind=passage.kind, mark=passage.mark, pieces=pieces)


class DifferenceEntity(BaseModel):
    """What changes from one version of a document to another, word by word."""

    slug: Slug
    url: str
    before: int
    before_hash: str
    after: int
    after_hash: str
    words_added: int
    words_removed: int
    passages: list[PassageEntity]

    @classmethod
    def of(cls, before: DocumentVersion, after: DocumentVersion) -> Self:
        """Build the entity from the two versions."""
        found = redline(before.text, after.text)
        pages = f"/coop/documents/{after.slug.value}"
        return cls(
            slug=after.slug,
            url=f"{pages}/diff/{before.version}..{after.version}",
            before=before.version,
            before_hash=before.hash,
            after=after.version,
            after_hash=after.hash,
            words_added=found.summary.words_added,
            words_removed=found.summary.words_removed,
            passages=[PassageEntity.of(one) for one in found.passages],
        )


class AcceptForm(Form):
    """Which version is accepted: the one that was read. Left out, it is the one in force."""

    version: int | None = Field(default=None, ge=1, le=VERSION_MAX)


@router.get("")
def get_documents(session: ReaderDep, _actor: ReadsDep, clock: ClockDep) -> list[DocumentEntity]:
    """List the documents in force."""
    return [DocumentEntity.of(one) for one in document_views(session, now=clock.now())]


@router.get("/{slug}")
def get_document(
    slug: SlugInPath, session: ReaderDep, _actor: ReadsDep, clock: ClockDep
) -> DocumentEntity:
    """Return the version in force."""
    return DocumentEntity.of(document_view(session, slug, now=clock.now()))


@router.get("/{slug}/versions/{number}")
def get_version(
    slug: SlugInPath, number: str, session: ReaderDep, _actor: ReadsDep, clock: ClockDep
) -> DocumentEntity:
    """Return one version, in force or not."""
    found = version_view(session, slug, read_number(number), now=clock.now())
    return DocumentEntity.of(found)


@router.get("/{slug}/diff/{before}..{after}")
def get_difference(
    slug: SlugInPath, before: str, after: str, session: ReaderDep, _actor: ReadsDep
) -> DifferenceEntity:
    """Return what changes from one version to another."""
    old = version_of(session, slug, read_number(before))
    new = version_of(session, slug, read_number(after))
    return DifferenceEntity.of(old, new)


@router.post("/{slug}/accept")
def post_accept(
    slug: SlugInPath,
    session: SessionDep,
    actor: VotesDep,
    clock: ClockDep,
    form: AcceptForm | None = None,
) -> DocumentEntity:
    """Accept a version that asks for it."""
    require(actor, Verb.ACCEPT_TERMS)
    now, wanted = clock.now(), form.version if form else None
    view = (
        version_view(session, slug, wanted, now=now)
        if wanted
        else document_view(session, slug, now=now)
    )
    accept(
        session,
        member_id=actor.member_id,
        slug=slug.value,
        version=view.version,
        via=str(say("an application")),
        now=now,
    )
    return DocumentEntity.of(view)
