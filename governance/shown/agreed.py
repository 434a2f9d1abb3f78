"""When something that we agreed on is looked at again, in words. Pure."""

from app.core.records import Record
from app.core.words import Words, say
from governance.lifecycle import UNDER_WAY, State
from governance.views import AgreedView


class Review(Record):
    """How a review stands: a sentence, and the page of the proposal if others can see it."""

    sentence: Words
    url: str = ""


def review_shown(view: AgreedView) -> Review | None:
    """Return how the review of something agreed stands; None if it names no day for one."""
    if view.review_on is None:
        return None
    day = view.review_on
    if not view.is_overdue:
        return Review(say("We look at it again on {day}.", day=day))
    late = say("Its review is overdue since {day}.", day=day)
    state = view.review_state
    if state is None:
        return Review(late)
    if state is State.DRAFT:
        return Review(say("{late} A draft on whether to keep it is being written.", late=late))
    if state is State.WITHDRAWN:
        return Review(say("{late} The draft on whether to keep it was taken back.", late=late))
    url = f"/coop/proposals/{view.review_id}"
    if state in UNDER_WAY:
        return Review(say("{late} We are deciding whether to keep it.", late=late), url)
    return Review(say("{late} We did not agree on a new wording, so it stands.", late=late), url)
