"""What readers of decisions see: frozen values that pages and the API both present.

Nothing here knows the database; ids are integers, texts are as they were written.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from app.core.records import Record
from app.core.words import Words
from app.members.offices import Office
from governance.decision import Outcome
from governance.eligibility import Why
from governance.lifecycle import Act, State
from governance.models import EmergencyState, OrderState, Ruling, Undone
from governance.models.law import Slug
from governance.rules import Choice, DecisionType, Doubt, Method, RuleSet, Secrecy


class Person(Record):
    """A member as others see them."""

    member_id: int
    account_id: int
    username: str
    name: str
    avatar_key: str | None


class ProposalLine(Record):
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


class AgreedView(Record):
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


class EffectView(Record):
    """What a decision would do: for programs, and as a sentence."""

    kind: str
    payload: Mapping[str, Any]
    preview: Mapping[str, Any]
    sentence: Words
    can_be_undone: bool


class DocumentChange(Record):
    """The two texts of a change, for the redline; `before` is empty for a new document."""

    slug: Slug
    title: str
    before_version: int
    before: str
    after: str


class RevisionLine(Record):
    """One wording of a proposal."""

    number: int
    title: str
    hash: str
    created_at: datetime


class RevisionView(Record):
    """A wording in full."""

    number: int
    title: str
    body: str
    effects: Sequence[Mapping[str, Any]]
    hash: str
    created_at: datetime


class Demands(Record):
    """What the rule set asks for, in plain sentences, with the numbers of today or of the roll."""

    passes: Words
    quorum: Words
    missed: Words
    periods: Words
    enacting: Words
    secrecy: Words


class ElectorateView(Record):
    """The sealed list of those who may vote, as two numbers and a hash."""

    size: int
    active: int
    hash: str


class ChallengeView(Record):
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


class ProposalView(Record):
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


class CommentView(Record):
    """A comment, in the order of reading: each is followed by its answers."""

    id: int
    parent_id: int | None
    depth: int
    person: Person
    text: str
    created_at: datetime


class BallotView(Record):
    """The viewer's own ballot."""

    proposal_id: int
    choice: Choice
    reason: str
    cast_at: datetime
    receipt: str
    code: str


class ReceiptView(Record):
    """A receipt, which never tells the choice. `may_change` while the vote is open."""

    proposal_id: int
    title: str
    receipt: str
    code: str
    cast_at: datetime
    closes_at: datetime
    may_change: bool
    is_secret: bool


class BallotLine(Record):
    """A ballot in the published list. `person` is None in a secret vote and for visitors."""

    receipt: str
    code: str
    person: Person | None
    choice: Choice
    reason: str


class StepView(Record):
    """One line of the working, as a sentence."""

    sentence: Words
    holds: bool
    needed: int
    reached: int
    base: str
    base_count: int
    share: str


class TurnoutLine(Record):
    """How many took part in one of our votes, and how many had to."""

    proposal_id: int
    title: str
    closed_at: datetime
    took_part: int
    needed: int


class ResultView(Record):
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


class ApprovalView(Record):
    """A signature under an order."""

    person: Person
    at: datetime


class DeclinationView(Record):
    """Somebody's word that they will not carry an order out, and why."""

    person: Person
    reason: str
    at: datetime


class NoteView(Record):
    """A note on a sealed text; without `confirmed_by` only officers see it."""

    id: int
    place: str
    text: str
    by: Person
    confirmed_by: Person | None
    at: datetime


class OrderView(Record):
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


class ActView(Record):
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


class RuleView(Record):
    """The rule set of one type in force. `decision` is a proposal's id, or "founding"."""

    type: DecisionType
    rule: RuleSet
    hash: str
    version: int
    effective_at: datetime
    decision: str
    demands: Demands
    doubts: Sequence[Doubt]


class DocumentView(Record):
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


class MandateView(Record):
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


class OfficeView(Record):
    """An office: what it may do, who holds it, who held it, what is being decided about it."""

    office: Office
    name: Words
    powers: Words
    holders: Sequence[MandateView]
    earlier: Sequence[MandateView]
    proposals: Sequence[ProposalLine]


class LogLine(Record):
    """An entry of the public log."""

    seq: int
    at: datetime
    kind: str
    payload: Mapping[str, Any]
    hash: str
    prev_hash: str


class LogHead(Record):
    """The newest link of the log, signed by this site."""

    seq: int
    hash: str
    signature: str
