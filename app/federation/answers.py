"""Answering other sites: what they asked for, in which form. Source: federation.md 3."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy import Connection, select
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response

from app.core.errors import NotFound
from app.core.kernel import Kernel
from app.core.words import say
from app.emojis.book import EmojiBook, KeptEmojis, emojis_rev
from app.federation.documents.actors import Site
from app.federation.documents.notes import Pen, tombstone
from app.federation.mediatypes import ACTIVITY, LINKED_DATA
from app.http.urls import Urls

CONTENT_TYPE: Final = f"{ACTIVITY}; charset=utf-8"


def wants_document(connection: HTTPConnection) -> bool:
    """Return whether the caller reads ActivityPub, and not pages."""
    return is_asked(connection.headers.get("accept", ""))


def is_asked(accept: str) -> bool:
    """Return whether an Accept header names one of the two types of ActivityPub.

    `application/json` does not: it is what everything that is no browser asks for.
    """
    kinds = (part.partition(";")[::2] for part in accept.lower().split(","))
    return any(
        kind.strip() in (ACTIVITY, LINKED_DATA) and not _is_refused(parameters)
        for kind, parameters in kinds
    )


def _is_refused(parameters: str) -> bool:
    values = (value.strip() for value in parameters.split(";"))
    return any(value in ("q=0", "q=0.0", "q=0.00", "q=0.000") for value in values)


def site_of(kernel: Kernel) -> Site:
    """Return where this site is."""
    settings = kernel.settings
    return Site(Urls(settings.base_url), settings.host, settings.address_domain)


def document(values: Mapping[str, Any], *, status: int = 200) -> Response:
    """Return a document of ActivityPub."""
    return Response(orjson.dumps(values), status_code=status, media_type=CONTENT_TYPE)


def gone(uri: str, *, deleted_at: datetime) -> Response:
    """Return what stands where a post was."""
    return document(tombstone(uri, deleted_at=deleted_at), status=410)


async def pen_of(connection: HTTPConnection, kernel: Kernel) -> Pen:
    """Return what documents are written with."""
    kept: KeptEmojis = connection.app.state.emojis

    def look(hot: Connection) -> EmojiBook:
        return kept.book(hot, hot.scalar(select(emojis_rev())) or 0)

    book = await kernel.db.hot(look)
    return Pen(Urls(kernel.settings.base_url), kernel.clock.now(), book)


def to_page(url: str) -> Response:
    """Lead people to the page about the thing whose id they followed."""
    return RedirectResponse(url, status_code=303)


def to_document(uri: str | None) -> Response:
    """Lead programs to the document about what a page shows. Raises: NotFound if we have none."""
    if uri is None:
        raise NotFound(say("Ask the site where this is at home."))
    return RedirectResponse(uri, status_code=303)


def lead_programs(page: Response, uri: str) -> Response:
    """Say on a page where programs find the thing that it shows."""
    page.headers["Link"] = f'<{uri}>; rel="alternate"; type="{ACTIVITY}"'
    return page
