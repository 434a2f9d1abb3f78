"""One box: people, tags and posts of this co-op, or the page behind a pasted address."""

from typing import Final
from urllib.parse import quote

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from app.accounts.models import Account
from app.accounts.queries import account_by_address
from app.core.kernel import Kernel
from app.core.words import say
from app.federation.resolving import Resolver
from app.http.access import MemberDep
from app.http.deps import KernelDep, ReaderDep
from app.http.forms import SentDep
from app.http.limits import limit
from app.http.links import with_query
from app.http.pages import after_post, page_router, render
from app.search.asking import understood
from app.search.queries import NEWEST, Part, find_accounts, find_posts
from app.statuses.views import read_posts
from app.text.handles import parse_handle
from app.timelines.queries import Page
from app.web.home import reel_of
from app.web.shown import face_of

router = page_router()

QUERY_MAX: Final = 200
POSTS: Final = 20


@router.get("/search", dependencies=[limit("search")])
def search(
    request: Request,
    actor: MemberDep,
    session: ReaderDep,
    kernel: KernelDep,
    q: str = "",
    before: int = NEWEST,
) -> Response:
    """Look for people, tags and posts; a whole address leads to its page at once."""
    words, here = _plain(q), kernel.settings.address_domain
    page = _page_of(session, words, here=here)
    if page is not None:
        return RedirectResponse(page, status_code=303)
    is_first = before == NEWEST and bool(words)
    people = find_accounts(session, actor.account_id, words) if is_first else []
    tag = words.removeprefix("#").casefold()
    reel = reel_of(
        session.connection(),
        _posts(session, actor.account_id, words, kernel=kernel, before=before),
        is_member=True,
    )
    # Whether a tag was used by anybody would tell of posts that the reader may not see.
    return render(
        request,
        "web/search.html",
        q=words,
        people=[face_of(account) for account in people],
        tag=tag if tag.isalnum() and is_first else None,
        reel=reel,
        older=with_query(request, before=reel.older) if reel.older else None,
        is_first=is_first,
        is_elsewhere=is_first and _is_elsewhere(words, here=here),
    )


@router.post("/search/elsewhere", dependencies=[limit("fetch")])
async def find_elsewhere(
    request: Request, sent: SentDep, _actor: MemberDep, kernel: KernelDep
) -> Response:
    """Ask another site for the person whom an address or a link names, and go to their page here.

    No transaction is open meanwhile.
    """
    words = _plain(sent.text("q"))
    resolver: Resolver = request.app.state.resolver
    account_id = await resolver.resolve(words)
    if account_id is not None:
        return after_post(request, to=await run_in_threadpool(_page_at, kernel, account_id))
    said = say("Nobody was found there. Look at the address again, or try a link to their page.")
    return after_post(request, to=f"/search?q={quote(words)}", said=said)


def _page_at(kernel: Kernel, account_id: int) -> str:
    with kernel.db.read.begin() as session:
        return face_of(session.get_one(Account, account_id)).url


def _plain(q: str) -> str:
    return " ".join(q[:QUERY_MAX].replace("\0", "").split())


def _is_elsewhere(words: str, *, here: str) -> bool:
    """Return whether the words are a link, or the address of somebody of another site."""
    handle = parse_handle(words, here=here)
    is_link = words.startswith(("https://", "http://")) and " " not in words
    return is_link or (handle is not None and handle.domain is not None)


def _posts(
    session: Session, viewer_id: int, words: str, *, kernel: KernelDep, before: int
) -> Page:
    """Return a page of the posts that answer."""
    connection, now = session.connection(), kernel.clock.now()
    part = Part(before=before, limit=POSTS + 1)
    ids = find_posts(connection, viewer_id, understood(words), now=now, part=part)
    posts = read_posts(connection, viewer_id, ids[:POSTS], now=now)
    return Page(posts, ids[POSTS - 1] if len(ids) > POSTS else None)


def _page_of(session: Session, words: str, *, here: str) -> str | None:
    """Return the page of the person whose whole address was typed, if there is one."""
    if not words.startswith("@"):
        return None
    handle = parse_handle(words, here=here)
    if handle is None:
        return None
    account = account_by_address(session, handle.username, domain=handle.domain)
    return None if account is None or account.suspended_at else face_of(account).url
