"""Accounts: one's own, and those of others. Source: mastodon-api.md 4.2."""

from datetime import datetime
from typing import Any, Final

import orjson
from fastapi import Request
from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts.models import Account
from app.accounts.queries import account_by_address
from app.core.errors import NotFound
from app.core.orm import BigInt
from app.core.prepared import Prepared
from app.core.words import say
from app.http.deps import ClockDep, KernelDep, ReaderDep, kernel_of
from app.http.ready import keep
from app.mastodon.answers import json, listed, raw
from app.mastodon.entities.relationship import relationship_values
from app.mastodon.own import own_row
from app.mastodon.params import ParamsDep, params_of
from app.mastodon.posts import people_of
from app.mastodon.render import Renderer
from app.mastodon.routes import mastodon_router
from app.mastodon.timelines import page_of
from app.mastodon.tools import (
    OwnBlocks,
    OwnFollows,
    OwnMutes,
    OwnProfile,
    ReaderOfAccounts,
    ReaderOfPosts,
    RendererDep,
)
from app.mastodon.values import moment_or_none
from app.members.actor import Actor
from app.oauth.callers import Caller
from app.relationships import lists
from app.relationships.queries import between_many
from app.text.entities import tag_key
from app.text.handles import parse_handle
from app.timelines import queries as timelines

router = mastodon_router()
base = "/api/v1/accounts"
one = f"{base}/{{account_id:int}}"

MANY_MAX: Final = 40
NOBODY: Final = say("There is no such person.")
WHO: Final = bindparam("who", type_=BigInt)
KNOWN: Final = Prepared(select(Account.id).where(Account.id == WHO, Account.waiting.is_(False)))


@router.get(f"{base}/verify_credentials")
async def get_own(request: Request, actor: OwnProfile, renderer: RendererDep) -> Response:
    """Show the member's own account: how every app finds out that it is signed in."""
    caller: Caller = request.state.caller
    if caller.expires_at is None:
        keep(request)
    kernel = await kernel_of(request)
    now = kernel.clock.now()
    return raw(await kernel.db.hot(lambda hot: own_account(hot, renderer, actor, now=now)))


def own_account(
    connection: Connection, renderer: Renderer, actor: Actor, *, now: datetime
) -> bytes:
    """Return the member's account with what only they are told, in one statement."""
    return renderer.own(connection, own_row(connection, actor, now=now))


@router.get(base)
def get_many(
    params: ParamsDep, _actor: ReaderOfAccounts, session: ReaderDep, renderer: RendererDep
) -> Response:
    """Show several accounts; those that are not there are left out."""
    ids = _standing(session, params.ids("id")[:MANY_MAX])
    return listed(renderer.accounts(session.connection(), ids))


@router.get(f"{base}/lookup")
def look_up(
    params: ParamsDep,
    _actor: ReaderOfAccounts,
    session: ReaderDep,
    renderer: RendererDep,
    kernel: KernelDep,
) -> Response:
    """Find an account by its address, among those that this site knows."""
    handle = parse_handle(params.text("acct"))
    account = None
    if handle is not None:
        is_here = handle.domain in (None, kernel.settings.address_domain)
        domain = None if is_here else handle.domain
        account = account_by_address(session, handle.username, domain=domain)
    if account is None:
        raise NotFound(NOBODY)
    return raw(renderer.accounts(session.connection(), [account.id])[0])


@router.get(f"{base}/relationships")
def get_relationships(
    params: ParamsDep, actor: OwnFollows, session: ReaderDep, clock: ClockDep
) -> Response:
    """Tell how the member stands to accounts, in the order in which they were named."""
    ids = _standing(session, params.ids("id"), gone=True)
    return json(relationships(session, actor, ids, clock=clock))


def relationships(
    session: Session, actor: Actor, ids: list[int], *, clock: ClockDep
) -> list[dict[str, Any]]:
    """Return how the member stands to the accounts, in a fixed number of statements."""
    found = between_many(session, actor.account_id, ids, now=clock.now())
    return [relationship_values(account_id, found[account_id]) for account_id in ids]


@router.get(one)
def get_account(
    account_id: int, _actor: ReaderOfAccounts, session: ReaderDep, renderer: RendererDep
) -> Response:
    """Show an account; of one that is suspended, that it is."""
    check_known(session, account_id)
    return raw(renderer.accounts(session.connection(), [account_id])[0])


@router.get(f"{one}/statuses")
async def get_statuses(account_id: int, request: Request, actor: ReaderOfPosts) -> Response:
    """Show what somebody posted, as far as the reader may see it."""
    await check_account(request, account_id)
    params = await params_of(request)
    if params.flag("pinned"):
        return await page_of(request, timelines.PINNED, actor, who=account_id)
    timeline = timelines.of_account(
        only_media=bool(params.flag("only_media")),
        exclude_replies=bool(params.flag("exclude_replies")),
        exclude_reblogs=bool(params.flag("exclude_reblogs")),
        tagged="tagged" in params,
    )
    tag = {"tag": tag_key(params.text("tagged"))} if "tagged" in params else {}
    return await page_of(request, timeline, actor, who=account_id, **tag)


@router.get(f"{one}/followers")
async def get_followers(account_id: int, request: Request, actor: ReaderOfAccounts) -> Response:
    """List who follows somebody."""
    await check_account(request, account_id)
    return await people_of(request, lists.followers, who=account_id, actor=actor)


@router.get(f"{one}/following")
async def get_following(account_id: int, request: Request, actor: ReaderOfAccounts) -> Response:
    """List whom somebody follows."""
    await check_account(request, account_id)
    return await people_of(request, lists.following, who=account_id, actor=actor)


@router.get("/api/v1/blocks")
async def get_blocks(request: Request, actor: OwnBlocks) -> Response:
    """List whom the member blocks."""
    return await people_of(request, lists.blocked, who=actor.account_id, actor=None)


@router.get("/api/v1/mutes")
async def get_mutes(request: Request, actor: OwnMutes) -> Response:
    """List whom the member mutes, and until when."""
    now = (await kernel_of(request)).clock.now()

    def ends(account: bytes, until: Any) -> bytes:
        return b'%b,"mute_expires_at":%b}' % (account[:-1], orjson.dumps(moment_or_none(until)))

    return await people_of(
        request, lists.muted, who=actor.account_id, actor=None, finish=ends, now=now
    )


@router.get("/api/v1/follow_requests")
async def get_requests(request: Request, actor: OwnFollows) -> Response:
    """List who asks to follow the member."""
    return await people_of(request, lists.requests, who=actor.account_id, actor=actor)


def check_known(session: Session, account_id: int) -> Account:
    """Return an account that anybody may know of. Raises: NotFound."""
    account = session.get(Account, account_id)
    if account is None or account.waiting:
        raise NotFound(NOBODY)
    return account


async def check_account(request: Request, account_id: int) -> None:
    """Do as `check_known` does, before a hot read. Raises: NotFound."""
    kernel = await kernel_of(request)
    if not await kernel.db.hot(lambda hot: KNOWN.rows(hot, {"who": account_id})):
        raise NotFound(NOBODY)


def _standing(session: Session, ids: tuple[int, ...], *, gone: bool = False) -> list[int]:
    """Return those of the ids that are accounts which people may know of, in order."""
    known = select(Account.id).where(Account.id.in_(ids), Account.waiting.is_(False))
    if not gone:
        known = known.where(Account.suspended_at.is_(None))
    found = set(session.scalars(known))
    return [account_id for account_id in ids if account_id in found]
