"""The entries of the log, in words."""

from typing import Final

from app.core.words import Words, say
from governance.seals import Kind

WORDS: Final[dict[str, Words]] = {
    Kind.FOUNDED: say("The co-op was founded"),
    Kind.FROZEN: say("A proposal was frozen"),
    Kind.OPENED: say("A vote opened"),
    Kind.EXTENDED: say("A vote was prolonged"),
    Kind.CLOSED: say("A vote closed and was counted"),
    Kind.WITHDRAWN: say("A proposal was taken back"),
    Kind.CHALLENGED: say("A vote was challenged"),
    Kind.RULED: say("A challenge was answered"),
    Kind.RATIFIED: say("A decision was ratified"),
    Kind.VOIDED: say("A vote was voided"),
    Kind.QUEUED: say("An order was made"),
    Kind.APPROVED: say("An order was signed"),
    Kind.ENACTED: say("An order was carried out"),
    Kind.FAILED: say("An order could not be carried out"),
    Kind.EXPIRED: say("An order expired"),
    Kind.OUTAGE: say("The site was away"),
    Kind.BALLOT: say("A ballot was cast"),
}


def entry_word(kind: str) -> Words:
    """Return what an entry of this kind records."""
    return WORDS.get(kind, say("An entry"))
