"""Reads of deciding, as the frozen values of `governance.views`."""

from governance.queries.agreed import agreed_views
from governance.queries.emergencies import act_of_proposal, act_view, act_views
from governance.queries.law import (
    constitution_view,
    document_view,
    document_views,
    log_head,
    log_lines,
    office_views,
    version_view,
    version_views,
)
from governance.queries.lists import decided, proposals, under_way, votes_waiting_for
from governance.queries.notes import may_note, note_views
from governance.queries.orders import (
    declined_views,
    order_view,
    order_views,
    orders_waiting_for,
)
from governance.queries.proposal import comments, proposal_view, revision_view
from governance.queries.results import ballot_view, receipt_view, result_view

__all__ = [
    "act_of_proposal",
    "act_view",
    "act_views",
    "agreed_views",
    "ballot_view",
    "comments",
    "constitution_view",
    "decided",
    "declined_views",
    "document_view",
    "document_views",
    "log_head",
    "log_lines",
    "may_note",
    "note_views",
    "office_views",
    "order_view",
    "order_views",
    "orders_waiting_for",
    "proposal_view",
    "proposals",
    "receipt_view",
    "result_view",
    "revision_view",
    "under_way",
    "version_view",
    "version_views",
    "votes_waiting_for",
]
