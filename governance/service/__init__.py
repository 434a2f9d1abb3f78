"""What members do with proposals, verb by verb. Time does the rest: see `governance.duties`."""

from governance.service.challenging import challenge_decision, rule_on_challenge
from governance.service.declining import decline_order
from governance.service.drafting import (
    Draft,
    draft_proposal,
    revise_proposal,
    withdraw_proposal,
)
from governance.service.noting import confirm_note, drop_note, propose_note
from governance.service.repealing import repeal_draft
from governance.service.supporting import second_proposal, submit_proposal
from governance.service.talking import comment
from governance.service.voting import Receipt, cast_ballot, own_ballot

__all__ = [
    "Draft",
    "Receipt",
    "cast_ballot",
    "challenge_decision",
    "comment",
    "confirm_note",
    "decline_order",
    "draft_proposal",
    "drop_note",
    "own_ballot",
    "propose_note",
    "repeal_draft",
    "revise_proposal",
    "rule_on_challenge",
    "second_proposal",
    "submit_proposal",
    "withdraw_proposal",
]
