"""The co-op's documents: versions that only decisions write, and which one is in force."""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from pydantic import Field, field_validator
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.canonical import digest
from app.core.errors import Invalid
from app.core.events import publish
from app.core.orm import lock
from app.core.words import Words, say
from app.members.models import RequiredVersion
from governance.effects import NO_NUL, Effect, Payload, Warrant
from governance.events import DocumentAdopted
from governance.guard import check_warrant
from governance.models import Document, DocumentVersion
from governance.models.law import Slug
from governance.refusals import Code, refusal
from governance.rules import DecisionType
from governance.seals import text_hash

KIND: Final = "document.adopt"
TEXT_BYTES_MAX: Final = 100_000
TITLE_MAX: Final = 200
GRACE: Final = timedelta(days=14)  # To accept a new version before posting stops.
NOTICE_DAYS_IF_RIGHTS_ARE_TAKEN: Final = 30

TYPES: Final[Mapping[Slug, DecisionType]] = {
    Slug.TERMS: DecisionType.TERMS,
    Slug.CODE_OF_CONDUCT: DecisionType.CODE_OF_CONDUCT,
    Slug.PRIVACY: DecisionType.PRIVACY,
    Slug.BYLAWS: DecisionType.BYLAWS,
    Slug.FEDERATION_POLICY: DecisionType.POLICY,
}
TITLES: Final[Mapping[Slug, Words]] = {
    Slug.TERMS: say("Terms"),
    Slug.CODE_OF_CONDUCT: say("Code of conduct"),
    Slug.PRIVACY: say("Privacy notice"),
    Slug.BYLAWS: say("Bylaws"),
    Slug.FEDERATION_POLICY: say("How we deal with other sites"),
}
ACCEPTED_BY_EACH: Final = frozenset({Slug.TERMS, Slug.CODE_OF_CONDUCT, Slug.PRIVACY})


class AdoptDocument(Payload):
    """The payload of "document.adopt": the whole new text, in Markdown.

    `material` versions must be accepted by each member; left out, the document says. A version
    that takes rights away needs 30 days of notice.
    """

    slug: Slug
    text: str = Field(min_length=1)
    title: str | None = Field(default=None, min_length=1, max_length=TITLE_MAX, pattern=NO_NUL)
    material: bool | None = None
    takes_rights: bool = False

    @field_validator("text")
    @classmethod
    def _plain(cls, text: str) -> str:
        """Bring the text into its one spelling, so that its hash is that of the file."""
        text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
        text = text.strip("\n") + "\n"
        if not text.strip() or "\0" in text:
            raise ValueError("must be a text")
        if len(text.encode()) > TEXT_BYTES_MAX:
            raise ValueError(f"must not be longer than {TEXT_BYTES_MAX} bytes")
        return text

    @property
    def must_be_accepted(self) -> bool:
        """Whether each member has to accept it."""
        return self.slug in ACCEPTED_BY_EACH if self.material is None else self.material


def in_force(session: Session, slug: Slug, *, at: datetime) -> DocumentVersion | None:
    """Return the version of the document that is in force at `at`."""
    effective = select(DocumentVersion).where(
        DocumentVersion.slug == slug, DocumentVersion.effective_at <= at
    )
    return session.scalar(effective.order_by(DocumentVersion.version.desc()).limit(1))


def latest(session: Session, slug: Slug) -> DocumentVersion | None:
    """Return the newest version, in force already or not."""
    versions = select(DocumentVersion).where(DocumentVersion.slug == slug)
    return session.scalar(versions.order_by(DocumentVersion.version.desc()).limit(1))


def versions_of(session: Session, slug: Slug) -> Sequence[DocumentVersion]:
    """Return all versions, newest first."""
    versions = select(DocumentVersion).where(DocumentVersion.slug == slug)
    return session.scalars(versions.order_by(DocumentVersion.version.desc())).all()


def write_version(session: Session, payload: AdoptDocument, warrant: Warrant) -> DocumentVersion:
    """Write the next version of a document, as the warrant says.

    Raises: NotYours without a warrant for exactly this text.
    """
    check_warrant(session, warrant)
    if payload.model_dump(mode="json") != dict(warrant.payload):
        raise refusal(Code.OTHER_TEXT)
    document = lock(session, Document, payload.slug)
    if document is None:
        session.add(Document(slug=payload.slug))
        session.flush()  # The version refers to it.
    before = latest(session, payload.slug)
    version = _version(payload, before, warrant)
    session.add(version)
    if version.accept_by is not None:
        _require(session, version)
    publish(
        session,
        DocumentAdopted(
            version.slug,
            version.version,
            version.title,
            warrant.decision_id,
            version.effective_at,
            version.accept_by,
            at=warrant.now,
        ),
    )
    return version


def _version(
    payload: AdoptDocument, before: DocumentVersion | None, warrant: Warrant
) -> DocumentVersion:
    accept_by = None
    if payload.must_be_accepted:
        # The founding version is accepted by joining; later ones get a time of grace.
        grace = timedelta(0) if warrant.decision_id is None else GRACE
        accept_by = warrant.effective_at + grace
    return DocumentVersion(
        slug=payload.slug,
        version=before.version + 1 if before else 1,
        enactment_id=warrant.enactment_id,
        payload_hash=digest({"kind": warrant.kind, "payload": warrant.payload}),
        title=_title(payload, before),
        text=payload.text,
        hash=text_hash(payload.text),
        material=payload.must_be_accepted,
        adopted_at=warrant.now,
        effective_at=warrant.effective_at,
        accept_by=accept_by,
    )


def _title(payload: AdoptDocument, before: DocumentVersion | None) -> str:
    return payload.title or (before.title if before else str(TITLES[payload.slug]))


def _require(session: Session, version: DocumentVersion) -> None:
    assert version.accept_by is not None
    session.add(
        RequiredVersion(
            slug=version.slug.value,
            version=version.version,
            title=version.title,
            hash=version.hash,
            effective_at=version.effective_at,
            accept_by=version.accept_by,
        )
    )


def _check(session: Session, payload: AdoptDocument, _now: datetime) -> None:
    before = latest(session, payload.slug)
    if before and (before.text, before.title) == (payload.text, _title(payload, before)):
        text = say("Nothing would change.")
        raise Invalid(text, effects=text)


def _preview(session: Session, payload: AdoptDocument, _now: datetime) -> dict[str, Any]:
    before = latest(session, payload.slug)
    return {
        "slug": payload.slug.value,
        "title": _title(payload, before),
        "version": before.version + 1 if before else 1,
        "replaces": {"version": before.version, "hash": before.hash} if before else None,
        "hash": text_hash(payload.text),
        "accepted_by_each": payload.must_be_accepted,
        "takes_rights": payload.takes_rights,
    }


def _describe(preview: Mapping[str, Any]) -> Words:
    title, version = preview["title"], preview["version"]
    if preview["replaces"] is None:
        return say("Adopts a new document: {title}.", title=title)
    return say("Adopts version {version} of: {title}.", title=title, version=version)


def _inverse(
    session: Session, payload: AdoptDocument, enactment_id: int
) -> tuple[str, AdoptDocument]:
    """Return the text that stood before; a first version is taken back by an empty page."""
    made = session.scalars(
        select(DocumentVersion).where(DocumentVersion.enactment_id == enactment_id)
    ).one()
    before = session.get(DocumentVersion, (made.slug, made.version - 1))
    text = before.text if before else str(say("This document was repealed."))
    title = before.title if before else made.title
    return KIND, AdoptDocument(slug=made.slug, text=text, title=title, material=payload.material)


def _apply(session: Session, payload: AdoptDocument, warrant: Warrant) -> None:
    write_version(session, payload, warrant)


ADOPT_DOCUMENT: Effect[AdoptDocument] = Effect(
    payload=AdoptDocument,
    types=lambda payload: frozenset({TYPES[payload.slug]}),
    subject=lambda payload: f"document:{payload.slug.value}",
    check=_check,
    preview=_preview,
    describe=_describe,
    apply=_apply,
    inverse=_inverse,
    notice_days=lambda payload: NOTICE_DAYS_IF_RIGHTS_ARE_TAKEN if payload.takes_rights else 0,
)
