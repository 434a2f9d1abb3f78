"""Quotes, and who may quote a post. Source: mastodon-api.md 9.2, Quote, ShallowQuote."""

from collections.abc import Mapping
from typing import Final

import orjson

from app.statuses.quotes.queries import QuoteView
from app.statuses.quotes.rules import QuotePolicy

AUTOMATIC: Final = {
    QuotePolicy.PUBLIC: ["public"],
    QuotePolicy.FOLLOWERS: ["followers"],
    QuotePolicy.NOBODY: [],
}


def _approval(policy: QuotePolicy, may_quote: bool) -> bytes:
    told = {
        "automatic": AUTOMATIC[policy],
        "manual": [],
        "current_user": "automatic" if may_quote else "denied",
    }
    return b',"quote_approval":' + orjson.dumps(told)


# By the post's policy, and whether the reader may quote it.
APPROVALS: Final = {(p, may): _approval(p, may) for p in QuotePolicy for may in (False, True)}


def whole_quote(quote: QuoteView, quoted: Mapping[int, bytes]) -> bytes:
    """Return the quote of a post, with the quoted one if the reader gets to see it."""
    post = quoted.get(quote.shown_id or 0, b"null")
    return b'{"state":"%b","quoted_status":%b}' % (quote.sight.value.encode(), post)


def shallow_quote(quote: QuoteView) -> bytes:
    """Return the quote of a post that is quoted itself."""
    shown = quote.shown_id
    return orjson.dumps(
        {"state": quote.sight.value, "quoted_status_id": None if shown is None else str(shown)}
    )
