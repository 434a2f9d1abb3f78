"""Filters of several keywords and posts. Source: mastodon-api.md 4.7, 5.3, 9.3."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session
from starlette.responses import Response

from app.core.errors import Invalid
from app.core.records import replace
from app.core.words import say
from app.filters import queries, service
from app.filters.kinds import Context, FilterAction
from app.filters.models import Filter
from app.filters.service import FilterForm, KeywordForm
from app.http.deps import ClockDep, ReaderDep, SessionDep
from app.mastodon.answers import json, nothing
from app.mastodon.entities.filter import filter_status_values, filter_values, keyword_values
from app.mastodon.params import Params, ParamsDep
from app.mastodon.routes import mastodon_router
from app.mastodon.tools import FilterKeeper, OwnFilters
from app.mastodon.values import read_flag, read_id

router = mastodon_router()
base: Final = "/api/v2/filters"
this: Final = f"{base}/{{filter_id:int}}"
LASTS_MAX: Final = 2**31  # seconds


@router.get(base)
def get_filters(actor: OwnFilters, session: ReaderDep) -> Response:
    """Show the member's filters, with all that is in them."""
    return json(_shown(session, queries.filters_of(session, actor.account_id)))


@router.post(base)
def make_filter(
    params: ParamsDep, actor: FilterKeeper, session: SessionDep, clock: ClockDep
) -> Response:
    """Add a filter."""
    now = clock.now()
    made = service.make_filter(session, actor, form_of(params, now=now), now=now)
    return json(_shown(session, [made])[0])


@router.get(this)
def get_filter(filter_id: int, actor: OwnFilters, session: ReaderDep) -> Response:
    """Show one filter."""
    row = queries.own_filter(session, actor.account_id, filter_id)
    return json(_shown(session, [row])[0])


@router.change(this)
def change_filter(
    filter_id: int,
    params: ParamsDep,
    actor: FilterKeeper,
    session: SessionDep,
    clock: ClockDep,
) -> Response:
    """Change a filter: only what was sent changes."""
    now = clock.now()
    known = queries.own_filter(session, actor.account_id, filter_id)
    form = form_of(params, known, now=now)
    changed = service.change_filter(session, actor, filter_id, form, now=now)
    return json(_shown(session, [changed])[0])


@router.delete(this)
def delete_filter(
    filter_id: int, actor: FilterKeeper, session: SessionDep, clock: ClockDep
) -> Response:
    """Delete a filter."""
    service.delete_filter(session, actor, filter_id, now=clock.now())
    return nothing()


@router.get(f"{this}/keywords")
def get_keywords(filter_id: int, actor: OwnFilters, session: ReaderDep) -> Response:
    """Show the keywords of a filter."""
    queries.own_filter(session, actor.account_id, filter_id)
    return json([keyword_values(row) for row in queries.keywords_of(session, filter_id)])


@router.post(f"{this}/keywords")
def add_keyword(
    filter_id: int,
    params: ParamsDep,
    actor: FilterKeeper,
    session: SessionDep,
    clock: ClockDep,
) -> Response:
    """Add a keyword to a filter."""
    form = KeywordForm(params.text("keyword"), bool(params.flag("whole_word")))
    return json(
        keyword_values(service.add_keyword(session, actor, filter_id, form, now=clock.now()))
    )


@router.get(f"{base}/keywords/{{keyword_id:int}}")
def get_keyword(keyword_id: int, actor: OwnFilters, session: ReaderDep) -> Response:
    """Show one keyword."""
    return json(keyword_values(queries.own_keyword(session, actor.account_id, keyword_id)))


@router.change(f"{base}/keywords/{{keyword_id:int}}")
def change_keyword(
    keyword_id: int,
    params: ParamsDep,
    actor: FilterKeeper,
    session: SessionDep,
    clock: ClockDep,
) -> Response:
    """Change a keyword."""
    known = queries.own_keyword(session, actor.account_id, keyword_id)
    whole = params.flag("whole_word")
    form = KeywordForm(
        params.text("keyword") if "keyword" in params else known.keyword,
        known.whole_word if whole is None else whole,
    )
    changed = service.change_keyword(session, actor, keyword_id, form, now=clock.now())
    return json(keyword_values(changed))


@router.delete(f"{base}/keywords/{{keyword_id:int}}")
def delete_keyword(
    keyword_id: int, actor: FilterKeeper, session: SessionDep, clock: ClockDep
) -> Response:
    """Take a keyword out of its filter."""
    service.delete_keyword(session, actor, keyword_id, now=clock.now())
    return nothing()


@router.get(f"{this}/statuses")
def get_statuses(filter_id: int, actor: OwnFilters, session: ReaderDep) -> Response:
    """Show the single posts of a filter."""
    queries.own_filter(session, actor.account_id, filter_id)
    return json([filter_status_values(row) for row in queries.statuses_of(session, filter_id)])


@router.post(f"{this}/statuses")
def add_status(
    filter_id: int,
    params: ParamsDep,
    actor: FilterKeeper,
    session: SessionDep,
    clock: ClockDep,
) -> Response:
    """Let a filter match one post."""
    status_id = params.id("status_id") or 0
    row = service.add_status(session, actor, filter_id, status_id, now=clock.now())
    return json(filter_status_values(row))


@router.get(f"{base}/statuses/{{row_id:int}}")
def get_status(row_id: int, actor: OwnFilters, session: ReaderDep) -> Response:
    """Show one post of a filter."""
    return json(filter_status_values(queries.own_filter_status(session, actor.account_id, row_id)))


@router.delete(f"{base}/statuses/{{row_id:int}}")
def remove_status(
    row_id: int, actor: FilterKeeper, session: SessionDep, clock: ClockDep
) -> Response:
    """Take a post out of its filter."""
    removed = service.remove_status(session, actor, row_id, now=clock.now())
    return json(filter_status_values(removed))


def form_of(params: Params, known: Filter | None = None, *, now: datetime) -> FilterForm:
    """Return the filter as it shall be; what was not sent stays as `known` has it."""
    form = FilterForm("", frozenset())
    if known is not None:
        form = FilterForm(known.title, frozenset(known.places), known.action, known.expires_at)
    if "title" in params:
        form = replace(form, title=params.text("title"))
    if "context" in params:
        form = replace(form, contexts=contexts_of(params))
    if action := params.text("filter_action"):
        form = replace(form, action=_action(action))
    if "expires_in" in params:
        form = replace(form, expires_at=expiry_of(params, now=now))
    return replace(form, keywords=_keywords(params))


def contexts_of(params: Params) -> frozenset[Context]:
    """Return the places that were sent. Raises: Invalid for one that is none."""
    try:
        return frozenset(Context(word) for word in params.texts("context"))
    except ValueError:
        raise Invalid(say("Context is invalid"), context=say("is invalid")) from None


def expiry_of(params: Params, *, now: datetime) -> datetime | None:
    """Return when a filter runs out; None, for an empty time, stands for never."""
    seconds = read_id(params.text("expires_in"))
    return None if not seconds else now + timedelta(seconds=min(seconds, LASTS_MAX))


def _action(word: str) -> FilterAction:
    try:
        return FilterAction(word)
    except ValueError:
        raise Invalid(say("Action is invalid"), filter_action=say("is invalid")) from None


def _keywords(params: Params) -> Sequence[KeywordForm]:
    sent = params.get("keywords_attributes")
    if isinstance(sent, dict):
        sent = [sent[key] for key in sorted(sent, key=lambda key: (len(key), key))]
    return [_keyword(part) for part in sent or () if isinstance(part, dict)]


def _keyword(part: dict[str, Any]) -> KeywordForm:
    return KeywordForm(
        keyword=str(part.get("keyword") or ""),
        whole_word=read_flag(part.get("whole_word", "")),
        id=read_id(part.get("id", "")),
        is_gone=read_flag(part.get("_destroy", "")),
    )


def _shown(session: Session, rows: Sequence[Filter]) -> list[dict[str, Any]]:
    ids = [row.id for row in rows]
    keywords, statuses = queries.keywords_of(session, *ids), queries.statuses_of(session, *ids)
    return [
        filter_values(
            row,
            [keyword for keyword in keywords if keyword.filter_id == row.id],
            [status for status in statuses if status.filter_id == row.id],
        )
        for row in rows
    ]
