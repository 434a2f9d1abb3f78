"""Who may answer, like, boost or quote a post, by its author's wish.

Source: the manual of GoToSocial on interaction policies; FEP-044f.
"""

from collections.abc import Collection
from enum import StrEnum
from typing import Final

from app.core.records import Record
from app.federation.activitystreams.documents import PUBLIC, Document

ENTRIES_MAX: Final = 100
_PUBLIC_SPELLINGS: Final = ("as:Public", "Public")


class Approval(StrEnum):
    """What comes of doing it."""

    AUTOMATIC = "automatic"
    MANUAL = "manual"  # The author is asked.
    DENIED = "denied"


class Rule(Record):
    """Who may by themselves, and who after asking: people, collections of people, or Public."""

    automatic: tuple[str, ...] = ()
    manual: tuple[str, ...] = ()


NOBODY: Final = Rule()


class Policies(Record):
    """The rules of a post; None where it says nothing, which means everyone."""

    reply: Rule | None = None
    like: Rule | None = None
    announce: Rule | None = None
    quote: Rule | None = None


NO_POLICIES: Final = Policies()


def read_policies(document: Document) -> Policies:
    """Return the rules of a post; Pixelfed and Lemmy have switches for answers only."""
    given = document.inner("interactionPolicy")
    if given is None:
        return Policies(reply=NOBODY) if _is_closed(document) else NO_POLICIES
    return Policies(
        reply=_rule(given, "canReply"),
        like=_rule(given, "canLike"),
        announce=_rule(given, "canAnnounce"),
        quote=_rule(given, "canQuote"),
    )


def approval_of(
    rule: Rule | None,
    *,
    actor: str,
    author: str,
    collections: Collection[str] = (),
    is_named: bool = False,
) -> Approval:
    """Return what comes of `actor` doing to a post of `author` what `rule` is about.

    `collections` are those of the author that the actor is in. `is_named`: the post answers or
    mentions them, so they may answer. The more specific entry counts; on both sides, yes counts.
    """
    if rule is None or actor == author or is_named:
        return Approval.AUTOMATIC
    for entries in ({actor}, set(collections), {PUBLIC}):
        if not entries.isdisjoint(rule.automatic):
            return Approval.AUTOMATIC
        if not entries.isdisjoint(rule.manual):
            return Approval.MANUAL
    return Approval.DENIED


def _rule(given: Document, name: str) -> Rule | None:
    rule = given.inner(name)
    if rule is None:
        return None
    return Rule(
        _entries(rule, "automaticApproval", "always"),
        _entries(rule, "manualApproval", "approvalRequired"),
    )


def _entries(rule: Document, *names: str) -> tuple[str, ...]:
    given = rule.texts(*names, limit=ENTRIES_MAX, letters=2_048)
    return tuple(dict.fromkeys(PUBLIC if e in _PUBLIC_SPELLINGS else e for e in given))


def _is_closed(document: Document) -> bool:
    if document.flag("commentsEnabled") is False:
        return True
    able = document.inner("capabilities")
    return able is not None and able.has("reply") and not able.value("reply")
