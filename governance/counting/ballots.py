"""A ballot paper, and the receipt that binds it to a text, a rule and a voter."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from app.core.canonical import digest

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U to misread.
CODE_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Binding:
    """What a ballot is about: it counts for this text under this rule only."""

    decision: str
    text_hash: str
    rule_hash: str


@dataclass(frozen=True, slots=True)
class Paper:
    """One ballot as it is published. A secret one has no voter, and a day instead of a moment."""

    voter: str | None
    marks: dict[str, Any]
    reason: str
    cast_at: str
    nonce: str

    def receipt(self, binding: Binding) -> str:
        """Return the hash that the voter keeps: whoever changes the paper breaks it."""
        return digest(
            {
                "decision": binding.decision,
                "text_hash": binding.text_hash,
                "rule_hash": binding.rule_hash,
                "voter": self.voter,
                "marks": self.marks,
                "reason": self.reason,
                "cast_at": self.cast_at,
                "nonce": self.nonce,
            }
        )


def code_of(receipt: str) -> str:
    """Return the part of a receipt that a person can copy down: "7F3K-92QD-XM41-0PVA"."""
    bits = int(receipt[:20], 16)
    signs = [ALPHABET[bits >> 5 * place & 31] for place in reversed(range(CODE_LENGTH))]
    return "-".join("".join(signs[i : i + 4]) for i in range(0, CODE_LENGTH, 4))


def root_of(receipts: Iterable[str]) -> str:
    """Return the hash of the list of all counted ballots, which is sorted by receipt."""
    return digest(sorted(receipts))
