"""QuoteRequest, and quotes that come with a consent. Source: FEP-044f; federation.md 10.1."""

from typing import Any

from app.accounts.models import Account, RemoteActor
from app.core.ids import new_id
from app.federation.authority import Verified
from app.federation.delivery.queue import deliver
from app.federation.documents.contexts import STATUS_CONTEXT
from app.federation.inbox import posts
from app.federation.inbox.desk import Desk
from app.statuses.models import Status
from app.statuses.quotes.service import join_quote, lets_quote


def ask(desk: Desk, verified: Verified) -> bool:
    """Answer who wants to quote a post of ours, by what its author decided; keep the quote."""
    activity = verified.activity
    number = desk.ours.post(activity.object_uri or "")
    asker = None if number is None else desk.person(verified.actor)
    quoted = None if number is None else desk.known_post(activity.object_uri or "")
    if asker is None or quoted is None or activity.instrument is None:
        return False
    author = desk.session.get_one(Account, quoted.account_id)
    quoting = None
    if lets_quote(desk.session, asker.id, quoted):
        quoting = _quoting(desk, asker, verified)
    if quoting is not None:
        join_quote(desk.session, quoting, quoted, now=desk.now)
    _answer(desk, verified, asker, author, quoting)
    return True


def _quoting(desk: Desk, asker: Account, verified: Verified) -> Status | None:
    """Return the quoting post, as it was sent along or as its site gives it."""
    instrument = verified.activity.instrument
    assert instrument is not None
    if instrument.post is not None:
        found = posts.take_in(desk, asker, instrument.post, on_purpose=True)
    else:
        found = None if instrument.uri is None else desk.post(instrument.uri)
    is_theirs = found is not None and found.account_id == asker.id and found.deleted_at is None
    return found if is_theirs else None


def _answer(
    desk: Desk, verified: Verified, asker: Account, author: Account, quoting: Status | None
) -> None:
    """Say yes, with the stamp that everybody can read, or no."""
    activity, urls = verified.activity, desk.ours.urls
    answer: dict[str, Any] = {
        "@context": STATUS_CONTEXT,
        "id": urls.act(new_id()),
        "type": "Reject" if quoting is None else "Accept",
        "actor": urls.actor(author.id),
        "to": [verified.actor],
        "object": activity.id,
    }
    if quoting is not None:
        answer["result"] = urls.quote_stamp(author.id, quoting.id)
    inbox = desk.session.get_one(RemoteActor, asker.id).inbox
    deliver(desk.session, answer, sender=author.id, to=[inbox], now=desk.now, about=asker.id)
