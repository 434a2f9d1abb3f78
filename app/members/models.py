"""The register of members: who they are, what covers them, which offices they hold."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, validates

from app.core.ids import new_id
from app.core.news import NewsKind, tell
from app.core.orm import Base
from app.members.offices import Office
from app.members.standing import GRACE_DAYS_MAX, PROVISIONAL_DAYS, Source, Span
from app.members.states import MEMBERS, MemberState


class Member(Base):
    """A person in the register. `email` keeps its spelling, `email_key` makes it unique."""

    __tablename__ = "members"

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"), unique=True)
    email: Mapped[str]
    email_key: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str | None] = mapped_column(default=None)
    state: Mapped[MemberState] = mapped_column(index=True)
    words: Mapped[str] = mapped_column(default="")  # What they said when they applied.
    answer: Mapped[str] = mapped_column(default="")  # What they were told when refused.
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("members.id"), default=None)
    created_at: Mapped[datetime]
    joined_at: Mapped[datetime | None] = mapped_column(default=None)
    left_at: Mapped[datetime | None] = mapped_column(default=None)
    last_seen_at: Mapped[datetime | None] = mapped_column(default=None)  # To the hour.
    # As promised at the time of joining, whatever the co-op decides later.
    provisional_days: Mapped[int] = mapped_column(default=PROVISIONAL_DAYS)
    locale: Mapped[str | None] = mapped_column(default=None)  # None follows the browser.
    time_zone: Mapped[str] = mapped_column(default="UTC")
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)

    @property
    def is_member(self) -> bool:
        """Whether the co-op counts them as a member, suspended or not."""
        return self.state in MEMBERS

    @validates("email")
    def _key_follows(self, _name: str, email: str) -> str:
        self.email_key = email_key(email)
        return email


def email_key(email: str) -> str:
    """Return the text by which two spellings of one mail address are equal."""
    return email.casefold()


class Mandate(Base):
    """An office lent to a member: from `starts_at` until `ends_at`, or `ended_at` if recalled.

    It comes from a decision, or is a caretaker's, until the co-op has elected its officers.
    """

    __tablename__ = "mandates"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_its_start"),
        CheckConstraint("caretaker <> (decision_id IS NOT NULL)", name="has_one_origin"),
        Index("ix_mandates_office_ends_at", "office", "ends_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    office: Mapped[Office]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_by_id: Mapped[int | None] = mapped_column(default=None)  # The decision that recalled.
    caretaker: Mapped[bool]
    decision_id: Mapped[int | None] = mapped_column(default=None)


class Coverage(Base):
    """A stretch of paid, given or waived membership: `starts_on` counts, `ends_on` does not.

    What begins with a payment, waiver or gift may be shortened later, never lengthened.
    """

    __tablename__ = "coverages"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="ends_after_its_start"),
        CheckConstraint(f"grace_days BETWEEN 0 AND {GRACE_DAYS_MAX}", name="grace_is_bounded"),
        UniqueConstraint("source", "source_id", "member_id"),
        Index("ix_coverages_member_id_ends_on", "member_id", "ends_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    grace_days: Mapped[int]
    source: Mapped[Source]
    source_id: Mapped[int | None] = mapped_column(default=None)
    created_at: Mapped[datetime]

    @property
    def span(self) -> Span:
        """The part that standing depends on."""
        return Span(self.starts_on, self.ends_on, self.grace_days, self.source)


class HandOverNote(Base):
    """What the holder of an office leaves for the next one; all its holders share one note."""

    __tablename__ = "hand_over_notes"

    office: Mapped[Office] = mapped_column(primary_key=True)
    text: Mapped[str]
    changed_at: Mapped[datetime]
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"))


class WebSession(Base):
    """A browser in which a member is signed in; only the hash of its secret is known here."""

    __tablename__ = "web_sessions"

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    secret_hash: Mapped[str] = mapped_column(unique=True)
    label: Mapped[str] = mapped_column(default="")  # Coarse: "Firefox on Linux".
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]  # To the hour.
    reauthenticated_at: Mapped[datetime | None] = mapped_column(default=None)


class SignUp(Base):
    """A sign-up that waits for the code sent by mail; nothing is given out before."""

    __tablename__ = "sign_ups"

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    secret_hash: Mapped[str] = mapped_column(unique=True)  # Of the browser's cookie.
    username: Mapped[str]
    email: Mapped[str]
    password_hash: Mapped[str]
    words: Mapped[str]
    accepted: Mapped[list[Any]]  # The documents ticked: [slug, version] each.
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitations.id"), default=None)
    locale: Mapped[str | None] = mapped_column(default=None)
    code_hash: Mapped[str | None] = mapped_column(default=None)  # None: nobody can finish it.
    # A program cannot ask for a code, so its users confirm their address by a link.
    by_link: Mapped[bool] = mapped_column(default=False)
    link_hash: Mapped[str | None] = mapped_column(unique=True, default=None)
    code_expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    codes_sent: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]


class Invitation(Base):
    """A link by which a member opens the door to others, so many times and until a day."""

    __tablename__ = "invitations"
    __table_args__ = (CheckConstraint("uses BETWEEN 0 AND uses_max", name="uses_are_bounded"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), index=True)
    code_hash: Mapped[str] = mapped_column(unique=True)
    sealed_code: Mapped[str]  # For its maker to copy again.
    uses: Mapped[int] = mapped_column(default=0)
    uses_max: Mapped[int]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class MailedLink(Base):
    """A single-use link that was mailed: to set a new password, or to confirm a new address.

    A newer one of the same purpose takes the older one's place.
    """

    __tablename__ = "mailed_links"

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    purpose: Mapped[str] = mapped_column(primary_key=True)
    secret_hash: Mapped[str] = mapped_column(unique=True)
    email: Mapped[str]  # Where it was mailed to.
    expires_at: Mapped[datetime]


class RequiredVersion(Base):
    """A version of a document that members must accept. Written only by decisions."""

    __tablename__ = "required_versions"

    slug: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str]
    hash: Mapped[str]
    effective_at: Mapped[datetime]
    accept_by: Mapped[datetime]  # Whoever has not accepted by then cannot post until they do.


class Acceptance(Base):
    """That a member accepted a version of a document, when, and by which door."""

    __tablename__ = "acceptances"

    member_id: Mapped[int] = mapped_column(ForeignKey("members.id"), primary_key=True)
    slug: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    accepted_at: Mapped[datetime]
    via: Mapped[str]


tell(Member, NewsKind.MEMBER, on="UPDATE OF state", account="NEW.account_id")
