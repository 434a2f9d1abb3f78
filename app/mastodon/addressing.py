"""Whom a post would reach, checked before it goes out. Source: mastodon-api.md 4.3."""

from collections.abc import Collection
from typing import Final

import orjson
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.mastodon.answers import json
from app.mastodon.params import Params
from app.mastodon.render import Renderer
from app.members.actor import Actor
from app.statuses.content import compose
from app.statuses.writing import Writing

TEXT: Final = "Post would be sent to unexpected accounts"


def unexpected(
    session: Session, actor: Actor, writing: Writing, params: Params, *, here: str | None
) -> Collection[int]:
    """Return whom the post names beyond `allowed_mentions`; nobody if that was not sent.

    Raises: Invalid if it names too many people or tags.
    """
    if "allowed_mentions" not in params:
        return ()
    named = compose(session, writing, here=here).mentioned
    return sorted(named - set(params.ids("allowed_mentions")) - {actor.account_id})


def tell_unexpected(
    session: Session, renderer: Renderer, account_ids: Collection[int]
) -> Response:
    """Decline to send a post to those accounts, and show them."""
    people = renderer.accounts(session.connection(), list(account_ids))
    accounts = [orjson.Fragment(account) for account in people]
    return json({"error": TEXT, "unexpected_accounts": accounts}, status=422)
