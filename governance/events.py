"""What deciding tells others, in the transaction in which it happens."""

from collections.abc import Sequence
from datetime import datetime

from app.core.records import Record
from governance.decision import Outcome
from governance.rules import DecisionType


class ProposalSubmitted(Record):
    """A proposal looks for supporters."""

    proposal_id: int
    author_id: int
    title: str
    at: datetime


class DeliberationBegan(Record):
    """Enough members support a proposal; it is discussed until voting opens."""

    proposal_id: int
    author_id: int
    title: str
    opens_at: datetime
    closes_at: datetime
    at: datetime


class CommentAdded(Record):
    """A member said something; `answered_member_id` is who they answer."""

    proposal_id: int
    comment_id: int
    member_id: int
    proposal_author_id: int
    answered_member_id: int | None
    at: datetime


class ProposalOpened(Record):
    """Voting opened for these members, who form the electorate."""

    proposal_id: int
    title: str
    type: DecisionType
    elector_ids: Sequence[int]
    closes_at: datetime
    at: datetime


class VotingClosesSoon(Record):
    """Voting closes soon; only these members, who have not voted, are told."""

    proposal_id: int
    title: str
    undecided_ids: Sequence[int]
    closes_at: datetime
    at: datetime


class VotingProlonged(Record):
    """A vote goes on: the quorum was missed, or the site was away."""

    proposal_id: int
    title: str
    closes_at: datetime
    at: datetime


class ProposalDecided(Record):
    """The ballots were counted."""

    proposal_id: int
    author_id: int
    title: str
    type: DecisionType
    outcome: Outcome
    at: datetime


class ProposalWithdrawn(Record):
    """A proposal was taken back or given up; ballots that were cast are discarded."""

    proposal_id: int
    author_id: int
    title: str
    voter_ids: Sequence[int]
    because: str
    at: datetime


class DecisionChallenged(Record):
    """A member challenges how a vote was held; somebody must answer."""

    proposal_id: int
    challenge_id: int
    member_id: int
    answer_by: datetime
    at: datetime


class ChallengeRuled(Record):
    """A challenge was answered, or ran out without an answer."""

    proposal_id: int
    challenge_id: int
    member_id: int
    upheld: bool
    at: datetime


class ProposalRatified(Record):
    """A decision is settled: the time for challenges is over."""

    proposal_id: int
    title: str
    at: datetime


class NoteProposed(Record):
    """An officer proposed a note on a sealed text; one of these others must confirm it."""

    proposal_id: int
    title: str
    other_ids: Sequence[int]
    at: datetime


class ReviewDue(Record):
    """A decision is looked at again; `review_id` is the draft that waits for its owner."""

    proposal_id: int
    review_id: int
    title: str
    owner_id: int
    at: datetime


class OrderReady(Record):
    """An order waits for holders of `office`."""

    order_id: int
    proposal_id: int
    title: str
    office: str
    not_after: datetime
    at: datetime


class OrderDeclined(Record):
    """Somebody will not carry an order out; other holders of `office` still may."""

    order_id: int
    proposal_id: int
    title: str
    office: str
    author_id: int
    by_member_id: int
    at: datetime


class OrderEnacted(Record):
    """A decision was carried out."""

    order_id: int
    proposal_id: int
    title: str
    by_member_id: int
    at: datetime


class OrderEnded(Record):
    """An order expired or failed; nothing was changed."""

    order_id: int
    proposal_id: int
    title: str
    state: str
    at: datetime


class ActedAtOnce(Record):
    """Somebody in office did something without a decision; the proposal asks if it may stand."""

    emergency_id: int
    proposal_id: int
    title: str
    by_member_id: int
    expires_at: datetime
    at: datetime


class ActUndone(Record):
    """What was done without a decision was undone."""

    emergency_id: int
    proposal_id: int
    title: str
    by_member_id: int
    because: str
    at: datetime


class DocumentAdopted(Record):
    """A new version of a document was adopted. `accept_by` is None if nobody has to accept it."""

    slug: str
    version: int
    title: str
    proposal_id: int | None
    effective_at: datetime
    accept_by: datetime | None
    at: datetime


class ConstitutionChanged(Record):
    """A new version of the constitution was adopted."""

    version: int
    types: Sequence[DecisionType]
    proposal_id: int | None
    effective_at: datetime
    at: datetime
