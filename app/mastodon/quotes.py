"""Who quotes a post, and who may. Source: mastodon-api.md 5.1."""

from typing import Annotated, Any

from fastapi import Request
from pydantic import BeforeValidator
from starlette.responses import Response

from app.core.shapes import Shape
from app.http.deps import SessionDep
from app.mastodon.params import ParamsDep
from app.mastodon.posts import check_seen, written
from app.mastodon.routes import mastodon_router
from app.mastodon.timelines import page_of
from app.mastodon.tools import Author, OwnStatuses
from app.mastodon.writing import read_reply_policy
from app.statuses.quotes.rules import QuotePolicy
from app.statuses.quotes.service import revoke_quote, set_policies
from app.statuses.visibility import ReplyAudience
from app.timelines import queries

router = mastodon_router()
one = "/api/v1/statuses/{status_id:int}"


def _or_none(value: Any) -> Any:
    return None if value == "" else value


class PoliciesShape(Shape):
    """Who may quote, and who may answer; the latter is our own addition."""

    quote_approval_policy: Annotated[QuotePolicy | None, BeforeValidator(_or_none)] = None
    reply_policy: Annotated[str | None, BeforeValidator(_or_none)] = None

    @property
    def answers(self) -> ReplyAudience | None:
        """Who may answer, as the domain knows it. Raises: Invalid."""
        return None if self.reply_policy is None else read_reply_policy(self.reply_policy)


@router.get(f"{one}/quotes")
async def get_quotes(status_id: int, request: Request, actor: OwnStatuses) -> Response:
    """Show the posts that quote a post, as far as the reader may see them."""
    await check_seen(request, actor, status_id)
    return await page_of(request, queries.QUOTING, actor, who=status_id)


@router.post(f"{one}/quotes/{{quoting_id:int}}/revoke")
def revoke(
    status_id: int, quoting_id: int, request: Request, actor: Author, session: SessionDep
) -> Response:
    """Take a post of one's own out of one that quotes it."""
    quoting = revoke_quote(session, actor, status_id, quoting_id)
    return written(session, request, actor, quoting.id)


@router.change(f"{one}/interaction_policy")
def change_policies(
    status_id: int, request: Request, params: ParamsDep, actor: Author, session: SessionDep
) -> Response:
    """Say who may quote a post of one's own, or answer it, from now on."""
    sent = params.read(PoliciesShape)
    set_policies(
        session, actor, status_id, quotes=sent.quote_approval_policy, answers=sent.answers
    )
    return written(session, request, actor, status_id)
