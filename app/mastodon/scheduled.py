"""Posts that wait for their moment. Source: mastodon-api.md 4.3, 5.1."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from fastapi import Request
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.core.errors import Invalid
from app.core.words import say
from app.http.deps import ClockDep, ReaderDep, SessionDep
from app.mastodon.answers import json, nothing
from app.mastodon.entities.scheduled import scheduled_values
from app.mastodon.paging import in_order, link, span_of
from app.mastodon.params import Params, ParamsDep
from app.mastodon.render import Renderer
from app.mastodon.routes import mastodon_router
from app.mastodon.tools import Author, OwnStatuses, RendererDep
from app.media.models import MediaFile
from app.statuses.models import Scheduled
from app.statuses.queries import own_scheduled, scheduled_between
from app.statuses.service.schedule import cancel_scheduled, reschedule
from app.statuses.writing import Writing

router = mastodon_router()
base = "/api/v1/scheduled_statuses"
one = f"{base}/{{scheduled_id:int}}"


@router.get(base)
def get_all(
    request: Request,
    params: ParamsDep,
    actor: OwnStatuses,
    session: ReaderDep,
    renderer: RendererDep,
) -> Response:
    """List the member's posts that wait."""
    span = span_of(params)
    found = scheduled_between(session, actor.account_id, **span.keys, from_below=span.from_below)
    rows = in_order(found, span)
    answer = json(_values(session, rows, renderer))
    return link(answer, request, rows, lambda row: row.id, span=span, ends=True)


@router.get(one)
def get_one(
    scheduled_id: int, actor: OwnStatuses, session: ReaderDep, renderer: RendererDep
) -> Response:
    """Show one of the member's posts that wait."""
    return told(session, own_scheduled(session, actor.account_id, scheduled_id), renderer)


@router.change(one)
def change(
    scheduled_id: int,
    params: ParamsDep,
    actor: Author,
    session: SessionDep,
    clock: ClockDep,
    renderer: RendererDep,
) -> Response:
    """Let a post wait for another moment."""
    own_scheduled(session, actor.account_id, scheduled_id)
    at = read_moment(params)
    if at is None:
        missing = say("Scheduled at can't be blank")
        raise Invalid(missing, scheduled_at=missing)
    row = reschedule(session, actor, scheduled_id, at=at, now=clock.now())
    return told(session, row, renderer)


@router.delete(one)
def cancel(scheduled_id: int, actor: Author, session: SessionDep, clock: ClockDep) -> Response:
    """Throw a post away that waits."""
    cancel_scheduled(session, actor, scheduled_id, now=clock.now())
    return nothing()


def told(session: Session, row: Scheduled, renderer: Renderer) -> Response:
    """Answer with a post that waits."""
    return json(_values(session, [row], renderer)[0])


def read_moment(params: Params) -> datetime | None:
    """Return `scheduled_at`; None if it was not sent. Raises: Invalid."""
    text = params.text("scheduled_at").strip()
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        wrong = say("Scheduled at is not a moment")
        raise Invalid(wrong, scheduled_at=wrong) from None


def _values(
    session: Session, rows: Collection[Scheduled], renderer: Renderer
) -> list[dict[str, Any]]:
    writings = [Writing.load(row.writing) for row in rows]
    ids = {media_id for writing in writings for media_id in writing.media_ids}
    files = {file.id: file for file in session.scalars(select(MediaFile).where(_among(ids)))}
    return [
        scheduled_values(row, writing, files, renderer.urls)
        for row, writing in zip(rows, writings, strict=True)
    ]


def _among(ids: Collection[int]) -> ColumnElement[bool]:
    return MediaFile.id.in_(ids)
