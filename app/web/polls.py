"""Polls on pages: the fields of the composer, a poll under a post, and voting."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from fastapi import Request
from pydantic import Field
from starlette.responses import Response

from app.core.shapes import Shape
from app.core.words import Words, say
from app.http.access import MemberDep
from app.http.deps import ClockDep, SessionDep
from app.http.forms import SentDep
from app.http.limits import limit
from app.http.links import page_before
from app.http.pages import after_post, page_router
from app.http.rows import PollAnswer, PollRow
from app.statuses.polls.queries import PollView
from app.statuses.polls.rules import OPTIONS_MAX, Asking, tidied
from app.statuses.polls.service import vote_on_post

router = page_router()

FIELDS_MIN: Final = 4
LASTING: Final[dict[str, tuple[timedelta, Words]]] = {
    "hour": (timedelta(hours=1), say("One hour")),
    "hours": (timedelta(hours=6), say("Six hours")),
    "day": (timedelta(days=1), say("One day")),
    "days": (timedelta(days=3), say("Three days")),
    "week": (timedelta(days=7), say("One week")),
    "month": (timedelta(days=30), say("Thirty days")),
}


def asking_of(
    options: Sequence[str], *, lasts: str, multiple: bool, hide_totals: bool
) -> Asking | None:
    """Return the poll that the composer's fields describe; without any answer there is none."""
    titles = tidied(options)
    if not titles:
        return None
    known = LASTING.get(lasts)
    return Asking(titles, None if known is None else known[0], multiple, hide_totals)


def fields_of(asking: Asking | None) -> dict[str, Any]:
    """Return a poll as the composer's fields show it."""
    if asking is None:
        return {}
    lasting = [name for name, (lasts, _words) in LASTING.items() if lasts == asking.lasts]
    return {
        "option": asking.options,
        "lasts": lasting[0] if lasting else None,
        "multiple": asking.multiple,
        "hide_totals": asking.hide_totals,
    }


def around_poll(options: Sequence[str]) -> dict[str, Any]:
    """Return what the composer's template needs for a poll: two lines more than are filled."""
    given = [option for option in options if option.strip()]
    lines = min(max(FIELDS_MIN, len(given) + 2), OPTIONS_MAX)
    lasting = [(name, words) for name, (_lasts, words) in LASTING.items()]
    return {"poll_options": [*given, *[""] * (lines - len(given))], "lasting": lasting}


def poll_row(poll: PollView | None, *, is_mine: bool, is_member: bool) -> PollRow | None:
    """Return the poll of a post, if it has one, as pages show it."""
    if poll is None:
        return None
    has_voted = bool(poll.own_votes)
    return PollRow(
        ends_at=poll.expires_at,
        multiple=poll.multiple,
        hide_totals=poll.hide_totals,
        voters=poll.voters_count,
        of=poll.voters_count if poll.multiple else poll.votes_count,
        answers=tuple(PollAnswer(o.title, o.votes, o.is_mine) for o in poll.options),
        may_vote=is_member and not is_mine and not has_voted,
    )


class VoteForm(Shape):
    """The answers that were chosen, counted from 0."""

    choice: list[int] = Field(default_factory=list, max_length=OPTIONS_MAX)


@router.post("/posts/{status_id}/vote", dependencies=[limit("write")])
def vote(
    request: Request,
    sent: SentDep,
    actor: MemberDep,
    session: SessionDep,
    clock: ClockDep,
    status_id: int,
) -> Response:
    """Vote in the poll of a post."""
    choices = sent.read(VoteForm).choice
    post_id = vote_on_post(session, actor, status_id, choices, now=clock.now())
    to = f"{page_before(request, otherwise='/home')}#post-{post_id}"
    return after_post(request, to=to, said=say("Your answer counts."))
