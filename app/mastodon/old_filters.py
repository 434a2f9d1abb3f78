"""Filters as older apps know them: each keyword is one. Source: mastodon-api.md 5.3, 9.3."""

from typing import Final

from sqlalchemy.orm import Session
from starlette.responses import Response

from app.core.errors import Invalid
from app.core.words import say
from app.filters import queries, service
from app.filters.kinds import FilterAction
from app.filters.models import Filter, FilterKeyword
from app.filters.service import FilterForm, KeywordForm
from app.http.deps import ClockDep, ReaderDep, SessionDep
from app.mastodon.answers import json, nothing
from app.mastodon.entities.filter import old_filter_values
from app.mastodon.filters import contexts_of, expiry_of
from app.mastodon.params import Params, ParamsDep
from app.mastodon.routes import mastodon_router
from app.mastodon.tools import FilterKeeper, OwnFilters
from app.members.actor import Actor

router = mastodon_router()
base: Final = "/api/v1/filters"
this: Final = f"{base}/{{keyword_id:int}}"


@router.get(base)
def get_filters(actor: OwnFilters, session: ReaderDep) -> Response:
    """Show the member's keywords, each as a filter."""
    rows = {row.id: row for row in queries.filters_of(session, actor.account_id)}
    keywords = queries.keywords_of(session, *rows)
    return json([old_filter_values(rows[word.filter_id], word) for word in keywords])


@router.post(base)
def make_filter(
    params: ParamsDep, actor: FilterKeeper, session: SessionDep, clock: ClockDep
) -> Response:
    """Add a filter of one keyword."""
    now, phrase = clock.now(), params.text("phrase")
    form = FilterForm(
        title=phrase[: service.TITLE_MAX],
        contexts=contexts_of(params),
        action=_action(params),
        expires_at=expiry_of(params, now=now),
        keywords=[KeywordForm(phrase, bool(params.flag("whole_word")))],
    )
    made = service.make_filter(session, actor, form, now=now)
    [keyword] = queries.keywords_of(session, made.id)
    return json(old_filter_values(made, keyword))


@router.get(this)
def get_filter(keyword_id: int, actor: OwnFilters, session: ReaderDep) -> Response:
    """Show one keyword as a filter."""
    return json(old_filter_values(*_own(session, actor, keyword_id)))


@router.change(this)
def change_filter(
    keyword_id: int,
    params: ParamsDep,
    actor: FilterKeeper,
    session: SessionDep,
    clock: ClockDep,
) -> Response:
    """Change a keyword and its filter, unless others would change with it."""
    now = clock.now()
    row, keyword = _own(session, actor, keyword_id)
    _check_alone(session, row)
    whole = params.flag("whole_word")
    phrase = params.text("phrase") or keyword.keyword
    keywords = [
        KeywordForm(phrase, keyword.whole_word if whole is None else whole, keyword.id),
    ]
    form = FilterForm(
        title=row.title,
        contexts=contexts_of(params) if "context" in params else frozenset(row.places),
        action=_action(params) if "irreversible" in params else row.action,
        expires_at=expiry_of(params, now=now) if "expires_in" in params else row.expires_at,
        keywords=keywords,
    )
    changed = service.change_filter(session, actor, row.id, form, now=now)
    return json(old_filter_values(changed, keyword))


@router.delete(this)
def delete_filter(
    keyword_id: int, actor: FilterKeeper, session: SessionDep, clock: ClockDep
) -> Response:
    """Delete a keyword, and its filter when nothing is left in it."""
    row, _ = _own(session, actor, keyword_id)
    service.delete_keyword(session, actor, keyword_id, now=clock.now())
    if not queries.keywords_of(session, row.id) and not queries.statuses_of(session, row.id):
        service.delete_filter(session, actor, row.id, now=clock.now())
    return nothing()


def _own(session: Session, actor: Actor, keyword_id: int) -> tuple[Filter, FilterKeyword]:
    keyword = queries.own_keyword(session, actor.account_id, keyword_id)
    return queries.own_filter(session, actor.account_id, keyword.filter_id), keyword


def _action(params: Params) -> FilterAction:
    return FilterAction.HIDE if params.flag("irreversible") else FilterAction.WARN


def _check_alone(session: Session, row: Filter) -> None:
    if len(queries.keywords_of(session, row.id)) > 1 or queries.statuses_of(session, row.id):
        raise Invalid(say("This filter has several keywords: change it in a newer app."))
