"""A sealed bundle made by hand, without a database, for the tests of the verifier."""

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

from app.core.canonical import GENESIS, digest, link
from governance.counting.ballots import Binding, Paper, root_of
from governance.counting.yesno import count
from governance.decision import Roll, decide
from governance.eligibility import Voter, list_hash, published_list
from governance.rules import Base, Method, Quorum, RuleSet, Secrecy, Threshold
from governance.seals import (
    BUNDLE_FORMAT,
    LOG,
    Kind,
    ballot_chain,
    measure,
    note_hash,
    parts,
    sealed_entry,
)

DECISION = "7001"
OPENS_AT = datetime(2026, 11, 9, 12, 0, tzinfo=UTC)
CLOSES_AT = OPENS_AT + timedelta(days=7)
RULE = RuleSet(
    Threshold(Fraction(1, 2), strict=True),
    Quorum(Fraction(1, 5), of=Base.ELIGIBLE),
    methods=(Method.CONSENSUS, Method.MAJORITY),
)
TEXT = {
    "type": "terms",
    "title": "Delete what people delete, within 14 days",
    "body": "Gone should mean gone.",
    "method": "consensus",
    "secrecy": "sealed",
    "supersedes": [],
    "effects": [
        {
            "kind": "document.adopt",
            "payload": {"slug": "terms", "text": "The last copy leaves after 14 days."},
            "preview": {"replaces": {"version": 1, "hash": digest("old")}},
        }
    ],
}
NOTE = {
    "note": "7003",
    "place": "Body, first sentence",
    "text": "“Recieve” means “receive”.",
    "by": "1",
    "confirmed_by": "2",
}
CHOICES = ["yes", "yes", "no", "abstain", "yes", "block"]


class Chain:
    """A chain in memory, linked like those of the database."""

    def __init__(self, name: str, seq: int = 0) -> None:
        self.name = name
        self.seq = seq
        self.hash = GENESIS
        self.entries: list[dict[str, Any]] = []

    def append(self, kind: str, payload: dict[str, Any], at: datetime) -> None:
        """Add an entry."""
        self.seq += 1
        stamp = at.isoformat()
        sealed = sealed_entry(at=stamp, kind=kind, payload=payload)
        made = link(self.name, seq=self.seq, prev_hash=self.hash, payload_hash=sealed)
        self.entries.append(
            {
                "seq": self.seq,
                "at": stamp,
                "kind": kind,
                "payload": payload,
                "prev_hash": self.hash,
                "hash": made,
            }
        )
        self.hash = made


def ballots_of(binding: Binding, *, secret: bool) -> tuple[list[dict[str, Any]], Chain]:
    """Return the ballots of six members in the order of receipts, and their chain.

    The last member voted twice.
    """
    chain, published = Chain(ballot_chain(DECISION)), []
    for number, choice in enumerate(CHOICES):
        at = OPENS_AT + timedelta(hours=number + 1)
        paper = Paper(
            voter=None if secret else str(number + 1),
            marks={"choice": choice},
            reason="It would break the lease." if choice == "block" else "",
            cast_at=at.date().isoformat() if secret else at.isoformat(),
            nonce=digest(["nonce", number]),
        )
        receipt, before = paper.receipt(binding), None
        if number == len(CHOICES) - 1:
            before = digest("another paper")
            chain.append(Kind.BALLOT, {"receipt": before, "replaces": None}, at)
        chain.append(Kind.BALLOT, {"receipt": receipt, "replaces": before}, at)
        published.append(
            {
                "receipt": receipt,
                "voter": paper.voter,
                "marks": paper.marks,
                "reason": paper.reason,
                "cast_at": paper.cast_at,
                "nonce": paper.nonce,
            }
        )
    return sorted(published, key=lambda ballot: str(ballot["receipt"])), chain


def make_bundle(*, secrecy: Secrecy = Secrecy.SEALED) -> dict[str, Any]:
    """Return a bundle that holds: three yes, one no, one block, one abstained, of eight."""
    text: dict[str, Any] = deepcopy(TEXT) | {"secrecy": secrecy.value}
    rule = RULE.dump()
    binding = Binding(DECISION, digest(text), digest(rule))
    voters = published_list(Voter(n, active=n < 8) for n in range(1, 9))
    ballots, chain = ballots_of(binding, secret=secrecy is Secrecy.SECRET)
    decision = decide(RULE, Method.CONSENSUS, tally=count(CHOICES), roll=Roll(8, 7))
    log = Chain(LOG)
    log.append(Kind.FROZEN, _frozen(text, rule), OPENS_AT - timedelta(days=2))
    log.append(Kind.FROZEN, {"proposal": "7002"}, OPENS_AT - timedelta(days=1))
    opened = {
        "proposal": DECISION,
        "electorate_hash": list_hash(voters),
        "eligible": 8,
        "active": 7,
        "opens_at": OPENS_AT.isoformat(),
        "closes_at": CLOSES_AT.isoformat(),
    }
    log.append(Kind.OPENED, opened, OPENS_AT)
    closed = {
        "proposal": DECISION,
        "closes_at": CLOSES_AT.isoformat(),
        "ballots": {
            "count": len(ballots),
            "root": root_of(ballot["receipt"] for ballot in ballots),
            "entries": len(chain.entries),
            "head": chain.hash,
        },
        "outcome": decision.outcome.value,
        "result_hash": digest(decision.dump()),
    }
    log.append(Kind.CLOSED, closed, CLOSES_AT)
    queued = {"proposal": DECISION, "payload_hash": digest(measure(text["effects"]))}
    log.append(Kind.QUEUED, queued, CLOSES_AT + timedelta(days=7))
    log.append(Kind.NOTED, _noted(NOTE, binding.text_hash), CLOSES_AT + timedelta(days=8))
    return {
        "format": BUNDLE_FORMAT,
        "decision": DECISION,
        "text": text,
        "text_hash": binding.text_hash,
        "rule": rule,
        "rule_hash": binding.rule_hash,
        "electorate": [dict(entry) for entry in voters],
        "electorate_hash": list_hash(voters),
        "ballots": ballots,
        "ballot_chain": chain.entries,
        "result": decision.dump(),
        "notes": [dict(NOTE)],
        "log": log.entries,
    }


def _noted(note: dict[str, str], text_hash: str) -> dict[str, Any]:
    return {
        "proposal": DECISION,
        "note": note["note"],
        "text_hash": text_hash,
        "note_hash": note_hash(place=note["place"], text=note["text"]),
        "by": note["by"],
        "confirmed_by": note["confirmed_by"],
    }


def _frozen(text: dict[str, Any], rule: dict[str, Any]) -> dict[str, Any]:
    return {
        "proposal": DECISION,
        "text_hash": digest(text),
        "text_parts": parts(text),
        "rule_hash": digest(rule),
        "rule_parts": parts(rule),
    }
