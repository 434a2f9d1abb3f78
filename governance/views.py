"""What readers of decisions see: frozen values that pages and the API both present.

Nothing here knows the database; ids are integers, texts are as they were written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.core.words import Words
from app.members.offices import Office
from governance.decision import Outcome
from governance.eligibility import Why
from governance.lifecycle import Act, State
from governance.models import EmergencyState, OrderState, Ruling, Undone
from governance.models.law import Slug
from governance.rules import Choice, DecisionType, Doubt, Method, RuleSet, Secrecy


@dataclass(frozen=True, slots=True)
class Person:
    """A member as others see them."""

    member_id: int
    account_id: int
    username: str
    name: str
    avatar_key: str | None


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """A proposal in a list. `voted` and `may_vote` are about the viewer, in an open vote."""

    id: int
    type: DecisionType
    title: str
    state: State
    author: Person
    created_at: datetime
    support_until: datetime | None
    seconds: int
    seconds_needed: int
    opens_at: datetime | None
    closes_at: datetime | None
    challenge_until: datetime | None
    outcome: Outcome | None
    may_vote: bool = False
    voted: bool = False


@dataclass(frozen=True, slots=True)
class AgreedView:
    """A house rule or statement that stands; `review` is the proposal that looks at it again.

    `is_overdue` when its day has come and no review was settled.
    """

    id: int
    type: DecisionType
    title: str
    settled_at: datetime
    review_on: date | None
    is_overdue: bool
    review_id: int | None
    review_state: State | None


@dataclass(frozen=True, slots=True)
class EffectView:
    """What a decision would do: for programs, and as a sentence."""

    kind: str
    payload: Mapping[str, Any]
    preview: Mapping[str, Any]
    sentence: Words
    can_be_undone: bool


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """The two texts of a change, for the redline; `before` is empty for a new document."""

    slug: Slug
    title: str
    before_version: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RevisionLine:
    """One wording of a proposal."""

    number: int
    title: str
    hash: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class RevisionView:
    """A wording in full."""

    number: int
    title: str
    body: str
    effects: Sequence[Mapping[str, Any]]
    hash: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Demands:
    """What the rule set asks for, in plain sentences, with the numbers of today or of the roll."""

    passes: Words
    quorum: Words
    missed: Words
    periods: Words
    enacting: Words
    secrecy: Words


@dataclass(frozen=True, slots=True)
class ElectorateView:
    """The sealed list of those who may vote, as two numbers and a hash."""

    size: int
    active: int
    hash: str


@dataclass(frozen=True, slots=True)
class ChallengeView:
    """A challenge and its answer."""

    id: int
    proposal_id: int
    member: Person
    words: str
    created_at: datetime
    answer_by: datetime
    ruling: Ruling
    ruled_by: Person | None
    ruled_at: datetime | None
    answer: str


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A proposal in full. `acts` are what the viewer may do now.

    `why` says whether and why the viewer has a vote in it, once the electorate is sealed.
    `in_force_at` is when it would take effect, or does. `conflicts` are other proposals under way
    on the same matter. `reviews` is the decision that it looks at again.
    """

    id: int
    type: DecisionType
    title: str
    body: str
    state: State
    author: Person
    method: Method
    secrecy: Secrecy
    effects: Sequence[EffectView]
    change: DocumentChange | None
    supersedes: Sequence[int]
    review_on: date | None
    reviews: "ProposalLine | None"
    revision: int
    revisions: Sequence[RevisionLine]
    text_hash: str
    rule: RuleSet
    rule_hash: str
    demands: Demands
    seconds: Sequence[Person]
    seconds_needed: int
    created_at: datetime
    support_until: datetime | None
    begins_at: datetime | None
    freezes_at: datetime | None
    opens_at: datetime | None
    closes_at: datetime | None
    challenge_until: datetime | None
    ratified_at: datetime | None
    in_force_at: datetime | None
    prolonged: bool
    electorate: ElectorateView | None
    outcome: Outcome | None
    ended_because: str | None
    order_id: int | None
    challenges: Sequence[ChallengeView]
    conflicts: Sequence[ProposalLine]
    acts: frozenset[Act]
    why: Why | None
    voted: bool
    is_author: bool
    choices: Sequence[Choice]
    reasons_required: Sequence[Choice]


@dataclass(frozen=True, slots=True)
class CommentView:
    """A comment, in the order of reading: each is followed by its answers."""

    id: int
    parent_id: int | None
    depth: int
    person: Person
    text: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class BallotView:
    """The viewer's own ballot."""

    proposal_id: int
    choice: Choice
    reason: str
    cast_at: datetime
    receipt: str
    code: str


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """A receipt, which never tells the choice. `may_change` while the vote is open."""

    proposal_id: int
    title: str
    receipt: str
    code: str
    cast_at: datetime
    closes_at: datetime
    may_change: bool
    is_secret: bool


@dataclass(frozen=True, slots=True)
class BallotLine:
    """A ballot in the published list. `person` is None in a secret vote and for visitors."""

    receipt: str
    code: str
    person: Person | None
    choice: Choice
    reason: str


@dataclass(frozen=True, slots=True)
class StepView:
    """One line of the working, as a sentence."""

    sentence: Words
    holds: bool
    needed: int
    reached: int
    base: str
    base_count: int
    share: str


@dataclass(frozen=True, slots=True)
class TurnoutLine:
    """How many took part in one of our votes, and how many had to."""

    proposal_id: int
    title: str
    closed_at: datetime
    took_part: int
    needed: int


@dataclass(frozen=True, slots=True)
class ResultView:
    """A result, once the vote has closed. `is_advice` when the quorum was missed for good."""

    proposal_id: int
    title: str
    type: DecisionType
    state: State
    method: Method
    secrecy: Secrecy
    outcome: Outcome
    sentence: Words
    eligible: int
    active: int
    cast: int
    decisive: int
    counts: Mapping[str, int]
    steps: Sequence[StepView]
    ballots: Sequence[BallotLine]
    turnout: Sequence[TurnoutLine]
    hash: str
    opened_at: datetime
    closed_at: datetime
    decided_at: datetime
    challenge_until: datetime | None
    ratified_at: datetime | None
    in_force_at: datetime | None
    is_advice: bool
    order: "OrderView | None"


@dataclass(frozen=True, slots=True)
class ApprovalView:
    """A signature under an order."""

    person: Person
    at: datetime


@dataclass(frozen=True, slots=True)
class DeclinationView:
    """Somebody's word that they will not carry an order out, and why."""

    person: Person
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note on a sealed text; without `confirmed_by` only officers see it."""

    id: int
    place: str
    text: str
    by: Person
    confirmed_by: Person | None
    at: datetime


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order. `enact_refusal` and its like say why the viewer may not, or None.

    `idle` are those who could have carried out an order that expired, and are in office still.
    """

    id: int
    proposal_id: int
    title: str
    type: DecisionType
    effects: Sequence[EffectView]
    payload_hash: str
    state: OrderState
    not_before: datetime
    not_after: datetime
    in_force_at: datetime
    office: Office
    approvals_needed: int
    approvals: Sequence[ApprovalView]
    declined: Sequence[DeclinationView]
    idle: Sequence[Person]
    needs_proof: bool
    ended_at: datetime | None
    ended_by: Person | None
    proof: str | None
    failure: str | None
    enact_refusal: str | None
    approve_refusal: str | None
    decline_refusal: str | None

    @property
    def effect(self) -> str:
        """The kinds of its effects in one word."""
        return ", ".join(effect.kind for effect in self.effects)

    @property
    def changed_their_mind(self) -> bool:
        """Whether who carried it out had declined to before."""
        declined = {one.person.member_id for one in self.declined}
        return self.ended_by is not None and self.ended_by.member_id in declined


@dataclass(frozen=True, slots=True)
class ActView:
    """What somebody in office did without a decision, and what became of it."""

    id: int
    proposal_id: int
    title: str
    effects: Sequence[EffectView]
    payload_hash: str
    reason: str
    office: str
    person: Person
    at: datetime
    expires_at: datetime
    closes_at: datetime | None
    state: EmergencyState
    ended_at: datetime | None
    ended_because: Undone | None


@dataclass(frozen=True, slots=True)
class RuleView:
    """The rule set of one type in force. `decision` is a proposal's id, or "founding"."""

    type: DecisionType
    rule: RuleSet
    hash: str
    version: int
    effective_at: datetime
    decision: str
    demands: Demands
    doubts: Sequence[Doubt]


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A version of a document. `decision` is a proposal's id, or "founding"."""

    slug: Slug
    version: int
    title: str
    text: str
    hash: str
    material: bool
    adopted_at: datetime
    effective_at: datetime
    accept_by: datetime | None
    decision: str
    is_in_force: bool


@dataclass(frozen=True, slots=True)
class MandateView:
    """Somebody's time in an office."""

    id: int
    person: Person
    office: Office
    starts_at: datetime
    ends_at: datetime
    ended_at: datetime | None
    caretaker: bool
    decision_id: int | None
    is_running: bool


@dataclass(frozen=True, slots=True)
class OfficeView:
    """An office: what it may do, who holds it, who held it, what is being decided about it."""

    office: Office
    name: Words
    powers: Words
    holders: Sequence[MandateView]
    earlier: Sequence[MandateView]
    proposals: Sequence[ProposalLine]


@dataclass(frozen=True, slots=True)
class LogLine:
    """An entry of the public log."""

    seq: int
    at: datetime
    kind: str
    payload: Mapping[str, Any]
    hash: str
    prev_hash: str


@dataclass(frozen=True, slots=True)
class LogHead:
    """The newest link of the log, signed by this site."""

    seq: int
    hash: str
    signature: str
