"""The tables of deciding: proposals, votes, orders, and the law that they make."""

from governance.models import triggers
from governance.models.emergencies import EmergencyAction, EmergencyState, Undone
from governance.models.law import Constitution, ConstitutionRule, Document, DocumentVersion
from governance.models.notes import ClericalNote
from governance.models.orders import (
    Approval,
    Declination,
    Enactment,
    EnactmentOrder,
    OrderState,
)
from governance.models.proposals import Comment, Proposal, ProposalRevision, Second
from governance.models.site import Outage, Pulse
from governance.models.votes import Ballot, BallotKey, Challenge, Elector, Result, Ruling

triggers.install()

__all__ = [
    "Approval",
    "Ballot",
    "BallotKey",
    "Challenge",
    "ClericalNote",
    "Comment",
    "Constitution",
    "ConstitutionRule",
    "Declination",
    "Document",
    "DocumentVersion",
    "Elector",
    "EmergencyAction",
    "EmergencyState",
    "Enactment",
    "EnactmentOrder",
    "OrderState",
    "Outage",
    "Proposal",
    "ProposalRevision",
    "Pulse",
    "Result",
    "Ruling",
    "Second",
    "Undone",
]
