"""Whose notices the member wants, and those that are held. Source: mastodon-api.md 4.6, 5.2."""

from collections.abc import Sequence
from typing import Any, Final

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.core.errors import Invalid
from app.core.records import asdict, replace
from app.core.words import say
from app.http.deps import ClockDep, ReaderDep, SessionDep
from app.mastodon.answers import json, nothing
from app.mastodon.entities.notification import (
    OLD_NAMES,
    old_policy_values,
    policy_values,
    request_values,
)
from app.mastodon.paging import link, span_of
from app.mastodon.params import Params, ParamsDep
from app.mastodon.parts import people_by_id, posts_by_id
from app.mastodon.render import Renderer
from app.mastodon.routes import mastodon_router
from app.mastodon.tools import NoticeKeeper, OwnNotices, RendererDep
from app.members.actor import Actor
from app.notifications import requests
from app.notifications.policy import Policy, Stance
from app.notifications.requests import Request as Held

router = mastodon_router()
OLD: Final = "/api/v1/notifications/policy"
POLICY: Final = "/api/v2/notifications/policy"
REQUESTS: Final = "/api/v1/notifications/requests"
REQUESTS_USUAL, REQUESTS_MOST = 40, 80


@router.get(POLICY)
def get_policy(actor: OwnNotices, session: ReaderDep) -> Response:
    """Show what the member wants to be told of whom."""
    me = actor.account_id
    waiting = requests.pending(session, me)
    return json(policy_values(requests.policy_of(session, me), waiting))


@router.change(POLICY)
def change_policy(params: ParamsDep, actor: NoticeKeeper, session: SessionDep) -> Response:
    """Change what the member wants to be told of whom: only what was sent changes."""
    me = actor.account_id
    policy = replace(requests.policy_of(session, me), **_stances(params))
    requests.set_policy(session, actor, policy)
    return json(policy_values(policy, requests.pending(session, me)))


@router.get(OLD)
def get_old_policy(actor: OwnNotices, session: ReaderDep) -> Response:
    """Show the same to older apps: what is held, and what is not."""
    me = actor.account_id
    waiting = requests.pending(session, me)
    return json(old_policy_values(requests.policy_of(session, me), waiting))


@router.change(OLD)
def change_old_policy(params: ParamsDep, actor: NoticeKeeper, session: SessionDep) -> Response:
    """Change the same as older apps do."""
    me = actor.account_id
    sent = {name: params.flag(old) for old, name in OLD_NAMES.items()}
    stances = {
        name: Stance.FILTER if is_held else Stance.ACCEPT
        for name, is_held in sent.items()
        if is_held is not None
    }
    policy = replace(requests.policy_of(session, me), **stances)
    requests.set_policy(session, actor, policy)
    return json(old_policy_values(policy, requests.pending(session, me)))


@router.get(REQUESTS)
def get_requests(
    request: Request,
    params: ParamsDep,
    actor: OwnNotices,
    session: ReaderDep,
    renderer: RendererDep,
    clock: ClockDep,
) -> Response:
    """List those whose notices are held."""
    span = span_of(params, usual=REQUESTS_USUAL, most=REQUESTS_MOST)
    me = actor.account_id
    rows = requests.requests_of(session, me, **span.keys, from_below=span.from_below)
    answer = json(_shown(session, renderer, actor, rows, clock=clock))
    return link(answer, request, rows, _key_of, span=span, ends=True, prev="since_id")


@router.get(f"{REQUESTS}/merged")
def get_merged(_actor: OwnNotices) -> Response:
    """Say that what was let through stands among the others: it does at once."""
    return json({"merged": True})


@router.get(f"{REQUESTS}/{{request_id:int}}")
def get_request(
    request_id: int,
    actor: OwnNotices,
    session: ReaderDep,
    renderer: RendererDep,
    clock: ClockDep,
) -> Response:
    """Show one of those whose notices are held."""
    row = requests.request_of(session, actor, request_id)
    return json(_shown(session, renderer, actor, [row], clock=clock)[0])


@router.post(f"{REQUESTS}/{{request_id:int}}/accept")
def accept(request_id: int, actor: NoticeKeeper, session: SessionDep, clock: ClockDep) -> Response:
    """Let what somebody causes through, now and from now on."""
    requests.accept_requests(session, actor, [request_id], now=clock.now())
    return nothing()


@router.post(f"{REQUESTS}/{{request_id:int}}/dismiss")
def dismiss(request_id: int, actor: NoticeKeeper, session: SessionDep) -> Response:
    """Throw away what is held of somebody."""
    requests.dismiss_requests(session, actor, [request_id])
    return nothing()


@router.post(f"{REQUESTS}/accept")
def accept_some(
    params: ParamsDep, actor: NoticeKeeper, session: SessionDep, clock: ClockDep
) -> Response:
    """Let what some people cause through."""
    requests.accept_requests(session, actor, params.ids("id"), now=clock.now())
    return nothing()


@router.post(f"{REQUESTS}/dismiss")
def dismiss_some(params: ParamsDep, actor: NoticeKeeper, session: SessionDep) -> Response:
    """Throw away what is held of some people."""
    requests.dismiss_requests(session, actor, params.ids("id"))
    return nothing()


def _stances(params: Params) -> dict[str, Stance]:
    found = {}
    for name in asdict(Policy()):
        if word := params.text(name):
            if word not in list(Stance):
                raise Invalid(say("{name} is not one of accept, filter, drop", name=name))
            found[name] = Stance(word)
    return found


def _shown(
    session: Session,
    renderer: Renderer,
    actor: Actor,
    rows: Sequence[Held],
    *,
    clock: ClockDep,
) -> list[dict[str, Any]]:
    connection = session.connection()
    people = people_by_id(renderer, connection, [row.from_account_id for row in rows])
    last = [row.last_status_id for row in rows if row.last_status_id is not None]
    me, now = actor.account_id, clock.now()
    posts = posts_by_id(renderer, connection, last, viewer_id=me, now=now)
    return [
        request_values(
            row,
            account=people[row.from_account_id],
            status=posts.get(row.last_status_id or 0),
        )
        for row in rows
    ]


def _key_of(row: Held) -> int:
    return row.id
