"""Documents and the public log, for programs."""

from datetime import datetime
from typing import Annotated, Any, Self

from fastapi import Query
from pydantic import BaseModel

from app.core.words import say
from app.http.access import scope
from app.http.apis import api_router
from app.http.deps import ClockDep, KernelDep, ReaderDep, SessionDep
from app.members.actor import Actor, Verb, require
from app.members.consent import accept
from governance.pages.shelf import slug_of
from governance.queries import (
    document_view,
    document_views,
    log_head,
    log_lines,
    version_view,
)
from governance.views import DocumentView, LogHead, LogLine

router = api_router(prefix="/api/coop/v1", tags=["law"])

ReadsDep = Annotated[Actor, scope("coop:read")]


class DocumentEntity(BaseModel):
    """A version of a document."""

    slug: str
    version: int
    title: str
    text: str
    hash: str
    effective_at: datetime
    decision_id: str | None
    must_accept_by: datetime | None
    url: str

    @classmethod
    def of(cls, view: DocumentView) -> Self:
        """Build the entity from its view."""
        return cls(
            slug=view.slug.value,
            version=view.version,
            title=view.title,
            text=view.text,
            hash=view.hash,
            effective_at=view.effective_at,
            decision_id=None if view.decision == "founding" else view.decision,
            must_accept_by=view.accept_by,
            url=f"/coop/documents/{view.slug.value}/versions/{view.version}",
        )


class LogEntity(BaseModel):
    """An entry of the public log."""

    seq: int
    at: datetime
    kind: str
    payload: dict[str, Any]
    hash: str
    prev_hash: str

    @classmethod
    def of(cls, line: LogLine) -> Self:
        """Build the entity from its view."""
        return cls(
            seq=line.seq,
            at=line.at,
            kind=line.kind,
            payload=dict(line.payload),
            hash=line.hash,
            prev_hash=line.prev_hash,
        )


class HeadEntity(BaseModel):
    """The newest link of the log."""

    seq: int
    hash: str
    signature: str

    @classmethod
    def of(cls, head: LogHead) -> Self:
        """Build the entity from its view."""
        return cls(seq=head.seq, hash=head.hash, signature=head.signature)


@router.get("/documents")
def get_documents(session: ReaderDep, _actor: ReadsDep, clock: ClockDep) -> list[DocumentEntity]:
    """List the documents in force."""
    return [DocumentEntity.of(one) for one in document_views(session, now=clock.now())]


@router.get("/documents/{slug}")
def get_document(
    slug: str, session: ReaderDep, _actor: ReadsDep, clock: ClockDep
) -> DocumentEntity:
    """Return the version in force."""
    return DocumentEntity.of(document_view(session, slug_of(slug), now=clock.now()))


@router.get("/documents/{slug}/versions/{number}")
def get_version(
    slug: str, number: int, session: ReaderDep, _actor: ReadsDep, clock: ClockDep
) -> DocumentEntity:
    """Return one version."""
    number = min(max(number, 0), 2**31)
    return DocumentEntity.of(version_view(session, slug_of(slug), number, now=clock.now()))


@router.post("/documents/{slug}/accept")
def post_accept(
    slug: str, session: SessionDep, actor: ReadsDep, clock: ClockDep
) -> DocumentEntity:
    """Accept the version in force."""
    require(actor, Verb.ACCEPT_TERMS)
    view = document_view(session, slug_of(slug), now=clock.now())
    accept(
        session,
        member_id=actor.member_id,
        slug=view.slug.value,
        version=view.version,
        via=str(say("an application")),
        now=clock.now(),
    )
    return DocumentEntity.of(view)


@router.get("/log")
def get_log(
    session: ReaderDep, _actor: ReadsDep, after: Annotated[int, Query(ge=0, lt=2**62)] = 0
) -> list[LogEntity]:
    """Return entries of the public log behind `after`, at most a hundred, oldest first."""
    return [LogEntity.of(line) for line in log_lines(session, after=after)]


@router.get("/log/head")
def get_head(session: ReaderDep, _actor: ReadsDep, kernel: KernelDep) -> HeadEntity:
    """Return the head of the log, signed by this site."""
    return HeadEntity.of(log_head(session, kernel.keyring))
