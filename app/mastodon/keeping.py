"""What the member keeps about others: endorsements, notes, sites to avoid, common friends.

Source: mastodon-api.md 4.2, 5.3.
"""

from typing import Final

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.http.deps import ClockDep, ReaderDep, SessionDep
from app.mastodon.accounts import check_account, check_known, one, relationships
from app.mastodon.answers import json, nothing
from app.mastodon.paging import link, span_of
from app.mastodon.params import ParamsDep
from app.mastodon.parts import people_by_id
from app.mastodon.posts import people_of
from app.mastodon.routes import mastodon_router
from app.mastodon.tools import (
    Anyone,
    Blocker,
    OwnAccount,
    OwnBlocks,
    OwnFollows,
    ProfileWriter,
    RendererDep,
)
from app.members.actor import Actor
from app.relationships import keeping, lists

router = mastodon_router()
DOMAINS: Final = "/api/v1/domain_blocks"
DOMAINS_USUAL, DOMAINS_MOST = 100, 200
FAMILIAR_IDS_MAX: Final = 40


@router.post(f"{one}/endorse")
def endorse(
    account_id: int, actor: ProfileWriter, session: SessionDep, clock: ClockDep
) -> Response:
    """Show somebody on one's page."""
    keeping.endorse(session, actor, target_id=account_id, now=clock.now())
    return _answer(session, actor, account_id, clock=clock)


@router.post(f"{one}/unendorse")
def unendorse(
    account_id: int, actor: ProfileWriter, session: SessionDep, clock: ClockDep
) -> Response:
    """Show somebody on one's page no longer."""
    keeping.stop_endorsing(session, actor, target_id=account_id)
    return _answer(session, actor, account_id, clock=clock)


@router.post(f"{one}/pin")
def pin(account_id: int, actor: ProfileWriter, session: SessionDep, clock: ClockDep) -> Response:
    """Show somebody on one's page, by the name that it had before."""
    return endorse(account_id, actor, session, clock)


@router.post(f"{one}/unpin")
def unpin(account_id: int, actor: ProfileWriter, session: SessionDep, clock: ClockDep) -> Response:
    """Show somebody on one's page no longer, by the name that it had before."""
    return unendorse(account_id, actor, session, clock)


@router.post(f"{one}/note")
def set_note(
    account_id: int,
    params: ParamsDep,
    actor: ProfileWriter,
    session: SessionDep,
    clock: ClockDep,
) -> Response:
    """Write something down about somebody, for oneself."""
    comment = params.text("comment")
    keeping.set_note(session, actor, target_id=account_id, comment=comment)
    return _answer(session, actor, account_id, clock=clock)


@router.get("/api/v1/endorsements")
async def get_endorsements(request: Request, actor: OwnAccount) -> Response:
    """List whom the member shows on their page."""
    return await people_of(request, lists.endorsed, who=actor.account_id, actor=actor)


@router.get(f"{one}/endorsements", dependencies=[Anyone])
async def get_endorsements_of(account_id: int, request: Request) -> Response:
    """List whom somebody shows on their page."""
    await check_account(request, account_id)
    return await people_of(request, lists.endorsed, who=account_id, actor=None)


@router.get(f"{one}/identity_proofs", dependencies=[Anyone])
def get_proofs(account_id: int, session: ReaderDep) -> Response:
    """List what nobody offers any more."""
    check_known(session, account_id)
    return json([])


@router.get("/api/v1/accounts/familiar_followers")
def get_familiar(
    params: ParamsDep, actor: OwnFollows, session: ReaderDep, renderer: RendererDep
) -> Response:
    """Show who of those whom the member follows also follows some accounts."""
    ids = params.ids("id")[:FAMILIAR_IDS_MAX]
    found = keeping.familiar_followers(session, actor.account_id, ids)
    wanted = {account_id for people in found.values() for account_id in people}
    people = people_by_id(renderer, session.connection(), wanted)
    return json(
        [
            {"id": str(id_), "accounts": [people[account_id] for account_id in found[id_]]}
            for id_ in ids
        ]
    )


@router.get(DOMAINS)
def get_domains(
    request: Request, params: ParamsDep, actor: OwnBlocks, session: ReaderDep
) -> Response:
    """List the sites that the member avoids."""
    span = span_of(params, usual=DOMAINS_USUAL, most=DOMAINS_MOST)
    me = actor.account_id
    rows = keeping.avoided_domains(session, me, **span.keys, from_below=span.from_below)
    answer = json([row.domain for row in rows])
    return link(answer, request, rows, keeping.key_of, span=span, ends=True, prev="since_id")


@router.post(DOMAINS)
def avoid(params: ParamsDep, actor: Blocker, session: SessionDep, clock: ClockDep) -> Response:
    """Avoid everybody of a site."""
    keeping.avoid_domain(session, actor, params.text("domain"), now=clock.now())
    return nothing()


@router.delete(DOMAINS)
def stop_avoiding(params: ParamsDep, actor: Blocker, session: SessionDep) -> Response:
    """Avoid a site no longer."""
    keeping.stop_avoiding(session, actor, params.text("domain"))
    return nothing()


@router.get(f"{DOMAINS}/preview")
def preview(params: ParamsDep, actor: OwnFollows, session: ReaderDep) -> Response:
    """Say what avoiding a site would end."""
    ties = keeping.ties_with(session, actor, params.text("domain"))
    return json({"following_count": ties.following, "followers_count": ties.followers})


def _answer(session: Session, actor: Actor, account_id: int, *, clock: ClockDep) -> Response:
    session.flush()
    return json(relationships(session, actor, [account_id], clock=clock)[0])
