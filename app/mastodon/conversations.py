"""Letters, by the talks that they belong to. Source: mastodon-api.md 4.5, 5.1, 9.2."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson
from fastapi import Request
from sqlalchemy import Connection
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.core.errors import NotFound
from app.core.words import say
from app.http.deps import ClockDep, ReaderDep, SessionDep
from app.mastodon.answers import json, nothing
from app.mastodon.paging import link, span_of
from app.mastodon.params import ParamsDep, params_of
from app.mastodon.render import Renderer
from app.mastodon.routes import mastodon_router
from app.mastodon.timelines import page_of
from app.mastodon.tools import OwnStatuses, RendererDep, Writer
from app.members.actor import Actor
from app.statuses.lean import lean_posts
from app.statuses.letters.queries import Talk, talk_of, talks_of
from app.statuses.letters.service import come_back_to, put_away, read_letters
from app.timelines import queries

router = mastodon_router()
base = "/api/v1/conversations"
one = f"{base}/{{talk_id:int}}"


@router.get(base)
def get_all(
    request: Request,
    params: ParamsDep,
    actor: OwnStatuses,
    session: ReaderDep,
    clock: ClockDep,
    renderer: RendererDep,
) -> Response:
    """List the member's talks in letters, the one with the latest letter first."""
    span, connection = span_of(params), session.connection()
    talks = talks_of(
        connection,
        actor.account_id,
        now=clock.now(),
        from_below=span.from_below,
        **span.keys,
    )
    me, now = actor.account_id, clock.now()
    answer = json(talk_values(connection, renderer, talks, viewer_id=me, now=now))
    return link(answer, request, talks, lambda talk: talk.last_status_id, span=span, ends=True)


@router.post(f"{one}/read")
def mark_read(
    talk_id: int, actor: Writer, session: SessionDep, clock: ClockDep, renderer: RendererDep
) -> Response:
    """Note that the member has read a talk."""
    read_letters(session, actor, talk_id)
    return _one(session, actor, talk_id, renderer, clock)


@router.post(f"{one}/unread")
def mark_unread(
    talk_id: int, actor: Writer, session: SessionDep, clock: ClockDep, renderer: RendererDep
) -> Response:
    """Note that the member wants to come back to a talk."""
    come_back_to(session, actor, talk_id)
    return _one(session, actor, talk_id, renderer, clock)


def _one(
    session: Session, actor: Actor, talk_id: int, renderer: Renderer, clock: ClockDep
) -> Response:
    session.flush()
    connection = session.connection()
    talk = talk_of(connection, actor.account_id, talk_id)
    if talk is None:
        raise NotFound(say("There is no such talk."))
    me, now = actor.account_id, clock.now()
    return json(talk_values(connection, renderer, [talk], viewer_id=me, now=now)[0])


@router.delete(one)
def remove(talk_id: int, actor: Writer, session: SessionDep) -> Response:
    """Take a talk out of the list until its next letter; the letters stay."""
    put_away(session, actor, talk_id)
    return nothing()


@router.get("/api/v1/timelines/direct")
async def get_direct(request: Request, actor: OwnStatuses) -> Response:
    """Show every letter of the member, sent or got."""
    span = span_of(await params_of(request))
    return await page_of(request, queries.DIRECT[span.from_below], actor)


def talk_values(
    connection: Connection,
    renderer: Renderer,
    talks: Sequence[Talk],
    *,
    viewer_id: int,
    now: datetime,
) -> list[dict[str, Any]]:
    """Return the entities of talks, in a fixed number of statements."""
    rows = lean_posts(connection, viewer_id, [talk.last_status_id for talk in talks])
    posts = renderer.posts(connection, rows, viewer_id=viewer_id, now=now)
    letters = {row.row_id: orjson.Fragment(p) for row, p in zip(rows, posts, strict=True)}
    ids = list(dict.fromkeys(person.id for talk in talks for person in talk.people))
    accounts = zip(ids, renderer.accounts(connection, ids), strict=True)
    people = {id_: orjson.Fragment(account) for id_, account in accounts}
    return [
        {
            "id": str(talk.id),
            "unread": talk.unread,
            "accounts": [people[person.id] for person in talk.people],
            "last_status": letters.get(talk.last_status_id),
        }
        for talk in talks
    ]
