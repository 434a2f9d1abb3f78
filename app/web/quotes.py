"""Quotes on pages: the card of the quoted post, and taking one's own post out of another."""

from collections.abc import Mapping
from typing import Final

from fastapi import Request
from starlette.responses import Response

from app.core.words import Words, say
from app.http.access import MemberDep
from app.http.deps import SessionDep
from app.http.limits import limit
from app.http.links import page_before
from app.http.pages import after_post, page_router
from app.http.rows import Face, MenuItem, QuoteRow
from app.statuses.quotes.rules import QuoteSight
from app.statuses.quotes.service import revoke_quote
from app.statuses.views import PostView, QuotedView

router = page_router()

INSTEAD: Final[Mapping[QuoteSight, Words]] = {
    QuoteSight.REVOKED: say("Its author took the quoted post out."),
    QuoteSight.DELETED: say("The quoted post was deleted."),
    QuoteSight.BLOCKED_ACCOUNT: say("You block the author of the quoted post."),
    QuoteSight.MUTED_ACCOUNT: say("You mute the author of the quoted post."),
}
NOT_FOR_YOU: Final = say("The quoted post is not for everyone.")


def quote_row(quote: QuotedView | None, author: Face | None) -> QuoteRow | None:
    """Return the card of what a post quotes; `author` is that of the quoted post."""
    if quote is None:
        return None
    post = quote.post
    if post is None:
        return QuoteRow(instead=INSTEAD.get(quote.sight, NOT_FOR_YOU))
    return QuoteRow(
        author=author,
        url=post.path,
        html=post.html,
        warning=post.spoiler,
        language=post.language,
        extra=_extra(post),
    )


def _extra(post: PostView) -> Words | None:
    if post.pictures:
        return say("With pictures")
    return say("With a poll") if post.poll else None


def quoting_items(post: PostView) -> tuple[MenuItem, ...]:
    """Return what the menu of a post offers about quotes."""
    items = []
    if post.may_be_quoted:
        items.append(MenuItem(f"/compose?quotes={post.id}", say("Quote it …")))
    quoted = None if post.quote is None else post.quote.post
    if quoted is not None and quoted.is_mine and not post.is_mine:
        to = f"/posts/{quoted.id}/quotes/{post.id}/revoke"
        items.append(MenuItem(to, say("Take my post out of this"), is_act=True))
    return tuple(items)


@router.post("/posts/{status_id}/quotes/{quoting_id}/revoke", dependencies=[limit("write")])
def revoke(
    request: Request, actor: MemberDep, session: SessionDep, status_id: int, quoting_id: int
) -> Response:
    """Take the reader's post out of one that quotes it."""
    revoke_quote(session, actor, status_id, quoting_id)
    to = f"{page_before(request)}#post-{quoting_id}"
    return after_post(request, to=to, said=say("Your post is not shown there any more."))
