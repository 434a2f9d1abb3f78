"""Filters: what a member does not want to meet, or only behind a cover."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from fastapi import Request
from pydantic import Field
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.core.errors import Invalid
from app.core.shapes import Shape
from app.core.words import say
from app.filters import queries, service
from app.filters.kinds import Context, FilterAction
from app.filters.models import Filter, FilterKeyword
from app.filters.service import FilterForm as Wanted
from app.filters.service import KeywordForm
from app.http.access import MemberDep
from app.http.deps import ClockDep, ReaderDep, SessionDep
from app.http.filled import EMPTY_FORM, Filled, filled_with
from app.http.forms import SentDep
from app.http.pages import after_post, page_router, render
from app.members.actor import Actor

router = page_router(prefix="/settings/filters")

PLACES: Final = (
    (Context.HOME.value, say("Home and lists")),
    (Context.NOTIFICATIONS.value, say("Notifications")),
    (Context.PUBLIC.value, say("Neighbours and tags")),
    (Context.THREAD.value, say("Talks")),
    (Context.ACCOUNT.value, say("People’s pages")),
)
ACTIONS: Final = (
    (FilterAction.WARN.value, say("Cover it, and say why")),
    (FilterAction.BLUR.value, say("Cover only its pictures")),
    (FilterAction.HIDE.value, say("Leave it out")),
)
KEEP: Final = "keep"
TIMES: Final = (
    ("", say("Until I say otherwise")),
    ("1", say("For a day")),
    ("7", say("For a week")),
    ("30", say("For a month")),
)


class FilterForm(Shape):
    """A filter as its page sends it; each line of `words` is a word or a phrase."""

    title: str = Field(default="", max_length=1_000)
    words: str = Field(default="", max_length=60_000)
    whole: bool = False
    places: list[Context] = Field(default_factory=list)
    action: FilterAction = FilterAction.WARN
    days: str = Field(default="", pattern=r"^(1|7|30|keep|)$")

    def lines(self) -> Sequence[str]:
        """Return the words, each once, in order."""
        found = (line.strip() for line in self.words.splitlines())
        return list(dict.fromkeys(line for line in found if line))


@router.get("")
def show_filters(request: Request, actor: MemberDep, session: ReaderDep) -> Response:
    """Show the reader's filters."""
    mine = queries.filters_of(session, actor.account_id)
    words = queries.keywords_of(session, *(row.id for row in mine))
    shown = [(row, [w.keyword for w in words if w.filter_id == row.id]) for row in mine]
    return render(request, "web/settings/filters.html", filters=shown)


@router.get("/new")
def show_new(request: Request, _actor: MemberDep) -> Response:
    """Ask what shall be filtered."""
    return _page(request, filled_with(places=[Context.HOME, Context.PUBLIC], whole=True))


@router.post("/new")
def make_filter(
    request: Request, sent: SentDep, actor: MemberDep, session: SessionDep, clock: ClockDep
) -> Response:
    """Add a filter."""
    try:
        wanted = _wanted(sent.read(FilterForm), (), None, now=clock.now())
        service.make_filter(session, actor, wanted, now=clock.now())
    except Invalid as fault:
        return sent.again("web/settings/filter.html", fault, **_around())
    return after_post(request, to="/settings/filters", said=say("Your filter works from now on."))


@router.get("/{filter_id:int}")
def show_filter(
    request: Request, filter_id: int, actor: MemberDep, session: ReaderDep
) -> Response:
    """Show a filter to be changed."""
    row, words = _own(session, actor, filter_id)
    form = filled_with(
        title=row.title,
        words="\n".join(word.keyword for word in words),
        whole=all(word.whole_word for word in words),
        places=list(row.places),
        action=row.action.value,
        days=KEEP if row.expires_at else "",
    )
    return _page(request, form, row)


@router.post("/{filter_id:int}")
def change_filter(
    request: Request,
    filter_id: int,
    sent: SentDep,
    actor: MemberDep,
    session: SessionDep,
    clock: ClockDep,
) -> Response:
    """Change a filter."""
    row, words = _own(session, actor, filter_id)
    try:
        wanted = _wanted(sent.read(FilterForm), words, row, now=clock.now())
        service.change_filter(session, actor, filter_id, wanted, now=clock.now())
    except Invalid as fault:
        return sent.again("web/settings/filter.html", fault, **_around(row))
    return after_post(request, to="/settings/filters", said=say("Kept."))


@router.post("/{filter_id:int}/delete")
def delete_filter(
    request: Request, filter_id: int, actor: MemberDep, session: SessionDep, clock: ClockDep
) -> Response:
    """Delete a filter."""
    service.delete_filter(session, actor, filter_id, now=clock.now())
    return after_post(request, to="/settings/filters", said=say("The filter is gone."))


def _wanted(
    form: FilterForm, known: Sequence[FilterKeyword], row: Filter | None, *, now: datetime
) -> Wanted:
    """Return the filter as it shall be; words that stay keep whether they stand alone."""
    if not form.lines():
        fault = say("Write a word or a phrase.")
        raise Invalid(fault, words=fault)
    lines = form.lines()
    gone = [KeywordForm(id=w.id, is_gone=True) for w in known if w.keyword not in lines]
    had = {word.keyword for word in known}
    new = [KeywordForm(line, form.whole) for line in lines if line not in had]
    expires_at = None if row is None or form.days != KEEP else row.expires_at
    if form.days.isdecimal():
        expires_at = now + timedelta(days=int(form.days))
    places = frozenset(form.places)
    return Wanted(form.title, places, form.action, expires_at, [*gone, *new])


def _own(session: Session, actor: Actor, filter_id: int) -> tuple[Filter, Sequence[FilterKeyword]]:
    row = queries.own_filter(session, actor.account_id, filter_id)
    return row, queries.keywords_of(session, filter_id)


def _page(request: Request, form: Filled = EMPTY_FORM, row: Filter | None = None) -> Response:
    return render(request, "web/settings/filter.html", form=form, **_around(row))


def _around(row: Filter | None = None) -> dict[str, Any]:
    lasts = ((KEEP, say("As long as it was to last")),) if row and row.expires_at else ()
    return {"row": row, "places": PLACES, "actions": ACTIONS, "times": (*lasts, *TIMES)}
