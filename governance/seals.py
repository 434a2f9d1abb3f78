"""What is hashed, and how: a proposal's text part by part, its rule, the payload of its order.

Pure. The names of the entries that carry the hashes stand here too, since the verifier looks for
them in the log.
"""

import hashlib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from app.core.canonical import digest

LOG = "log"
BUNDLE_FORMAT = "commonhold-decision/1"


class Kind(StrEnum):
    """What an entry of the log, or of a vote's chain of ballots, records."""

    FOUNDED = "coop.founded"
    FROZEN = "proposal.frozen"
    OPENED = "proposal.opened"
    EXTENDED = "proposal.extended"
    CLOSED = "proposal.closed"
    WITHDRAWN = "proposal.withdrawn"
    CHALLENGED = "proposal.challenged"
    RULED = "challenge.ruled"
    RATIFIED = "proposal.ratified"
    VOIDED = "proposal.voided"
    QUEUED = "order.queued"
    APPROVED = "order.approved"
    DECLINED = "order.declined"
    ENACTED = "order.enacted"
    FAILED = "order.failed"
    EXPIRED = "order.expired"
    ACTED = "emergency.acted"
    CONFIRMED = "emergency.confirmed"
    UNDONE = "emergency.undone"
    NOTED = "note.confirmed"
    OUTAGE = "site.outage"
    BALLOT = "ballot.cast"


class Because(StrEnum):
    """Why a vote was given more time."""

    QUORUM = "quorum"
    OUTAGE = "outage"


def ballot_chain(decision: str) -> str:
    """Return the name of the chain that records the ballots of one vote."""
    return f"ballots:{decision}"


def parts(value: Mapping[str, Any]) -> dict[str, str]:
    """Return the hash of each member, so that a verifier can name the one that was changed."""
    return {name: digest(value[name]) for name in sorted(value)}


def measure(effects: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return what an order carries out: the kinds and payloads, without their previews."""
    return [{"kind": effect["kind"], "payload": effect["payload"]} for effect in effects]


def sealed_entry(*, at: str, kind: str, payload: Mapping[str, Any]) -> str:
    """Return the hash of what an entry of a chain says, as `app.core.chain` makes it."""
    return digest({"at": at, "kind": kind, "payload": payload})


def note_hash(*, place: str, text: str) -> str:
    """Return the hash of a clerical note: of where it points, and what it says."""
    return digest({"place": place, "text": text})


def text_hash(text: str) -> str:
    """Return the SHA-256 of a document's text, as `sha256sum` gives it for the text file."""
    return hashlib.sha256(text.encode()).hexdigest()
