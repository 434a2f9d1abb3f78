"""One box: people and tags of this co-op, or the page behind a pasted address."""

from typing import Final

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from app.accounts.queries import account_by_address, find_people
from app.http.access import MemberDep
from app.http.deps import KernelDep, ReaderDep
from app.http.limits import limit
from app.http.pages import page_router, render
from app.text.handles import parse_handle
from app.web.shown import face_of

router = page_router()

QUERY_MAX: Final = 200


@router.get("/search", dependencies=[limit("search")])
def search(
    request: Request, _actor: MemberDep, session: ReaderDep, kernel: KernelDep, q: str = ""
) -> Response:
    """Look for people and tags; a whole address leads to its page at once."""
    words = " ".join(q[:QUERY_MAX].replace("\0", "").split())
    page = _page_of(session, words, here=kernel.settings.address_domain)
    if page is not None:
        return RedirectResponse(page, status_code=303)
    people = [face_of(account) for account in find_people(session, words)] if words else []
    tag = words.removeprefix("#").casefold()
    # Whether a tag was used by anybody would tell of posts that the reader may not see.
    return render(
        request, "web/search.html", q=words, people=people, tag=tag if tag.isalnum() else None
    )


def _page_of(session: Session, words: str, *, here: str) -> str | None:
    """Return the page of the person whose whole address was typed, if there is one."""
    if not words.startswith("@"):
        return None
    handle = parse_handle(words, here=here)
    if handle is None:
        return None
    account = account_by_address(session, handle.username, domain=handle.domain)
    return None if account is None or account.suspended_at else face_of(account).url
