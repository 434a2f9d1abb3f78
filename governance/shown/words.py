"""Types of decisions, documents and states in the words of the pages. Pure."""

from collections.abc import Mapping
from typing import Final

from app.core.words import Words, say
from governance.lifecycle import State
from governance.rules import DecisionType


def type_word(kind: DecisionType) -> Words:
    """Return what a decision is about, in one or two words."""
    return _TYPES[kind][0]


def type_sentence(kind: DecisionType) -> Words:
    """Return what a decision is about, as a sentence."""
    return _TYPES[kind][1]


_TYPES: Final[Mapping[DecisionType, tuple[Words, Words]]] = {
    DecisionType.POLICY: (say("House rule"), say("A house rule.")),
    DecisionType.SPENDING: (say("Spending"), say("Spending our money.")),
    DecisionType.BUDGET: (say("Budget"), say("The budget of a year.")),
    DecisionType.DUES: (say("Dues"), say("A change of the dues.")),
    DecisionType.TERMS: (say("Terms"), say("A change of our terms.")),
    DecisionType.CODE_OF_CONDUCT: (
        say("Code of conduct"),
        say("A change of our code of conduct."),
    ),
    DecisionType.PRIVACY: (say("Privacy"), say("A change of our privacy notice.")),
    DecisionType.BYLAWS: (say("Bylaws"), say("A change of our bylaws.")),
    DecisionType.CONSTITUTION: (say("How we decide"), say("A change of how we decide.")),
    DecisionType.DOMAIN: (say("Other sites"), say("How we deal with another site.")),
    DecisionType.ELECTION: (say("Election"), say("An election.")),
    DecisionType.RECALL: (say("Recall"), say("Calling somebody back from office.")),
    DecisionType.APPEAL: (say("Appeal"), say("An appeal against a measure.")),
    DecisionType.EMERGENCY: (say("Emergency"), say("An emergency that needs our yes.")),
    DecisionType.STATEMENT: (say("Statement"), say("A statement of the co-op.")),
}

# What visitors may not read: it is about a person, or about how members treat one.
PERSONAL: Final = frozenset({DecisionType.RECALL, DecisionType.APPEAL, DecisionType.EMERGENCY})

GROUPS: Final[Mapping[str, tuple[Words, frozenset[DecisionType]]]] = {
    "rules": (
        say("Terms and rules"),
        frozenset(
            {
                DecisionType.POLICY,
                DecisionType.TERMS,
                DecisionType.CODE_OF_CONDUCT,
                DecisionType.PRIVACY,
                DecisionType.BYLAWS,
                DecisionType.CONSTITUTION,
                DecisionType.STATEMENT,
            }
        ),
    ),
    "money": (
        say("Money"),
        frozenset({DecisionType.SPENDING, DecisionType.BUDGET, DecisionType.DUES}),
    ),
    "offices": (
        say("Offices"),
        frozenset({DecisionType.ELECTION, DecisionType.RECALL, DecisionType.APPEAL}),
    ),
    "sites": (
        say("Other sites"),
        frozenset({DecisionType.DOMAIN, DecisionType.EMERGENCY}),
    ),
}


def tone_of(state: State) -> str:
    """Return the tone of a state: quiet, talk, open, passed or failed."""
    return _TONES.get(state, "quiet")


_TONES: Final[Mapping[State, str]] = {
    State.DELIBERATION: "talk",
    State.NOTICE: "talk",
    State.VOTING: "open",
    State.PASSED: "passed",
    State.CHALLENGEABLE: "passed",
    State.RATIFIED: "passed",
    State.QUEUED: "passed",
    State.ENACTED: "passed",
    State.SUPERSEDED: "passed",
    State.REJECTED: "failed",
    State.QUORUM_MISSED: "failed",
    State.TIED: "failed",
    State.BLOCKED: "failed",
    State.FAILED_ENACTMENT: "failed",
    State.EXPIRED: "failed",
    State.VOIDED: "failed",
}
