"""What decisions make: versions of documents and of the constitution. Written by the guard."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.orm import Base
from governance.rules import DecisionType


class Slug(StrEnum):
    """The documents that a co-op has."""

    TERMS = "terms"
    CODE_OF_CONDUCT = "code-of-conduct"
    PRIVACY = "privacy"
    BYLAWS = "bylaws"
    FEDERATION_POLICY = "federation-policy"


class Document(Base):
    """A document; its row is the lock under which the next version is written."""

    __tablename__ = "documents"

    slug: Mapped[Slug] = mapped_column(primary_key=True)


class DocumentVersion(Base):
    """One version of a document, never changed. The newest that is in effect is in force."""

    __tablename__ = "document_versions"
    __table_args__ = (Index("ix_document_versions_effective_at", "slug", "effective_at"),)

    slug: Mapped[Slug] = mapped_column(ForeignKey("documents.slug"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    enactment_id: Mapped[int] = mapped_column(ForeignKey("enactments.id"), unique=True)
    payload_hash: Mapped[str]  # Equal to the enactment's, which the database checks.
    title: Mapped[str]
    text: Mapped[str]
    hash: Mapped[str]
    material: Mapped[bool]
    adopted_at: Mapped[datetime]
    effective_at: Mapped[datetime]
    accept_by: Mapped[datetime | None]  # None if nobody has to accept it.


class Constitution(Base):
    """One version of the constitution: a rule set for each type of decision."""

    __tablename__ = "constitutions"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    enactment_id: Mapped[int] = mapped_column(ForeignKey("enactments.id"), unique=True)
    payload_hash: Mapped[str]
    hash: Mapped[str]
    adopted_at: Mapped[datetime]
    effective_at: Mapped[datetime]


class ConstitutionRule(Base):
    """The rule set of one type in one version, and the enactment that set it."""

    __tablename__ = "constitution_rules"
    __table_args__ = (UniqueConstraint("type", "version"),)

    version: Mapped[int] = mapped_column(ForeignKey("constitutions.version"), primary_key=True)
    type: Mapped[DecisionType] = mapped_column(primary_key=True)
    rule: Mapped[dict[str, Any]]
    hash: Mapped[str]
    enactment_id: Mapped[int] = mapped_column(ForeignKey("enactments.id"))
