"""The kinds of work that deciding owes, and their payloads. The handlers stand in `duties`."""

from typing import Final

from app.core.shapes import Shape

LAPSE: Final = "proposal.lapse"
FREEZE: Final = "proposal.freeze"
OPEN: Final = "proposal.open"
REMIND: Final = "proposal.closes_soon"
CLOSE: Final = "proposal.close"
RATIFY: Final = "proposal.ratify"
EXPIRE: Final = "order.expire"
REVIEW: Final = "proposal.review"
UNDO: Final = "emergency.expire"
PULSE: Final = "governance.pulse"


class OfProposal(Shape):
    """The payload of the duties of a proposal."""

    proposal_id: int


class OfOrder(Shape):
    """The payload of "order.expire"."""

    order_id: int


class OfEmergency(Shape):
    """The payload of "emergency.expire"."""

    emergency_id: int


class Nothing(Shape):
    """The payload of a duty that needs to know nothing."""
