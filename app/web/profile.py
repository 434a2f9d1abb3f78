"""People: their page, whom they follow, and how one stands to them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from fastapi import Request
from sqlalchemy import Connection
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts.links import VERIFIED, is_link
from app.accounts.models import Account, RemoteActor
from app.accounts.queries import account_by_address
from app.core.errors import NotFound
from app.core.kernel import Kernel
from app.core.records import Record, replace
from app.core.words import Words, say
from app.federation.answers import lead_programs, to_document, wants_document
from app.filters.kinds import Context
from app.http.access import MemberDep, ViewerDep
from app.http.deps import ClockDep, KernelDep, ReaderDep, SessionDep
from app.http.faces import media_url
from app.http.forms import SentDep
from app.http.limits import limit
from app.http.links import page_before, with_query
from app.http.pages import after_post, page_router, render
from app.http.rows import Face
from app.http.urls import Urls
from app.members.actor import Actor
from app.members.models import Mandate
from app.members.queries import mandates_of, member_of_account
from app.relationships import queries as relations
from app.relationships import service as relating
from app.relationships.keeping import endorse, is_endorsed, stop_endorsing
from app.relationships.lists import endorsed_by
from app.relationships.queries import Between, People
from app.statuses.featured import shown_tags
from app.statuses.service.pins import PINS_MAX
from app.text.entities import tag_key
from app.text.handles import parse_handle
from app.text.safe import SafeHtml, stored
from app.timelines import queries as timelines
from app.timelines.queries import Page, Timeline
from app.web.home import Reel, reel_of
from app.web.shown import face_of
from app.web.sieve import sieve_of

router = page_router()

TABS: Final[dict[str, Timeline]] = {
    "": timelines.POSTS,
    "with-answers": timelines.ANSWERS,
    "pictures": timelines.PICTURES,
    "tagged": timelines.of_account(
        only_media=False, exclude_replies=False, exclude_reblogs=True, tagged=True
    ),
}
EMPTY: Final = Page((), None)
MUTED_FOR: Final = {
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
}


class Line(Record):
    """A line of a profile: a name and what stands beside it."""

    name: str
    html: SafeHtml
    link: str | None = None  # If it is a link and nothing else.
    links_back: bool = False


class Profile(Record):
    """A person as their page shows them to one reader."""

    account_id: int
    face: Face
    full_address: str
    header_url: str | None
    note: SafeHtml
    lines: Sequence[Line]
    joined: datetime
    locked: bool
    between: Between
    is_me: bool
    offices: Sequence[Mandate]
    tags: Sequence[str]  # That they show on their page.
    endorsed: Sequence[Face]
    is_endorsed: bool  # By the reader.
    is_indexable: bool
    has_feed: bool
    elsewhere: str | None = None  # Their page on their own site.

    @property
    def is_known(self) -> bool:
        """Whether their posts are shown: neither of both blocks the other."""
        return not (self.between.blocks or self.between.blocked_by)


def account_at(session: Session, handle: str) -> Account:
    """Return the account at a handle of a path. Raises: NotFound."""
    parsed = parse_handle(handle)
    account = None
    if parsed is not None:
        account = account_by_address(session, parsed.username, domain=parsed.domain)
    if account is None or account.suspended_at is not None:
        raise NotFound(say("Nobody has this address."))
    return account


def _line(field: Mapping[str, str], *, is_ours: bool) -> Line:
    link = field["value"] if is_ours and is_link(field["value"]) else None
    return Line(field["name"], stored(field["html"]), link, VERIFIED in field)


def profile_of(
    session: Session, account: Account, actor: Actor | None, *, domain: str, now: datetime
) -> Profile:
    """Return what the page of an account shows to the reader."""
    member = member_of_account(session, account.id)
    mandates = mandates_of(session, member.id) if member else ()
    viewer_id = None if actor is None else actor.account_id
    is_me = viewer_id == account.id
    return Profile(
        account_id=account.id,
        face=face_of(account),
        full_address=f"@{account.username}@{account.domain or domain}",
        header_url=media_url(account.header_key) if account.header_key else None,
        note=stored(account.note_html),
        lines=[_line(field, is_ours=account.domain is None) for field in account.fields],
        joined=account.created_at,
        locked=account.locked,
        between=_between(session, actor, account, now=now),
        is_me=is_me,
        offices=[m for m in mandates if m.starts_at <= now < (m.ended_at or m.ends_at)],
        tags=shown_tags(session, account.id),
        endorsed=[face_of(a) for a in endorsed_by(session, account.id, viewer_id=viewer_id)],
        is_endorsed=viewer_id is not None and is_endorsed(session, viewer_id, account.id),
        is_indexable=account.indexable,
        has_feed=account.discoverable and account.domain is None,
        elsewhere=None if account.domain is None else _page_elsewhere(session, account.id),
    )


def _page_elsewhere(session: Session, account_id: int) -> str | None:
    actor = session.get(RemoteActor, account_id)
    return None if actor is None else actor.url or actor.uri


def _between(session: Session, actor: Actor | None, account: Account, *, now: datetime) -> Between:
    if actor is None or actor.account_id == account.id:
        return Between()
    return relations.between(session, actor.account_id, account.id, now=now)


class Shown(Record):
    """A profile's page: the person, and their posts of one tab."""

    profile: Profile
    pinned: Reel | None
    reel: Reel
    uri: str | None  # Of the person, for programs.


@router.get("/@{handle}")
async def show_profile(
    request: Request, actor: ViewerDep, kernel: KernelDep, handle: str, before: int | None = None
) -> Response:
    """Show a person and their posts; programs of other sites are led to the document."""
    if wants_document(request):
        account = await kernel.db.hot(lambda hot: account_at(Session(hot), handle))
        return to_document(_uri(kernel, account))
    return await _show(request, actor, kernel, handle, "", before)


@router.get("/@{handle}/with-answers")
async def show_answers(
    request: Request, actor: ViewerDep, kernel: KernelDep, handle: str, before: int | None = None
) -> Response:
    """Show a person and what they answered to others."""
    return await _show(request, actor, kernel, handle, "with-answers", before)


@router.get("/@{handle}/pictures")
async def show_pictures(
    request: Request, actor: ViewerDep, kernel: KernelDep, handle: str, before: int | None = None
) -> Response:
    """Show a person and their posts with pictures."""
    return await _show(request, actor, kernel, handle, "pictures", before)


@router.get("/@{handle}/tagged/{tag}")
async def show_tagged(
    request: Request,
    actor: ViewerDep,
    kernel: KernelDep,
    handle: str,
    tag: str,
    before: int | None = None,
) -> Response:
    """Show a person and their posts with a tag."""
    return await _show(request, actor, kernel, handle, "tagged", before, tag=tag_key(tag))


async def _show(
    request: Request,
    actor: Actor | None,
    kernel: KernelDep,
    handle: str,
    tab: str,
    before: int | None,
    **parameters: Any,
) -> Response:
    now, viewer_id = kernel.clock.now(), actor.account_id if actor else None
    on_top = tab == "" and before is None

    def look(hot: Connection) -> Shown:
        session = Session(hot)
        account = account_at(session, handle)
        domain = kernel.settings.address_domain
        profile = profile_of(session, account, actor, domain=domain, now=now)
        page = TABS[tab].page(hot, viewer_id, now=now, before=before, who=account.id, **parameters)
        pinned = _pinned(hot, profile, viewer_id, now) if on_top else EMPTY
        above = {post.id for post in pinned.posts}
        rest = replace(page, posts=tuple(post for post in page.posts if post.row_id not in above))
        lay_out = partial(
            reel_of,
            hot,
            is_member=actor is not None,
            sieve=sieve_of(hot, actor, Context.ACCOUNT, now=now),
        )
        top = lay_out(pinned) if pinned.posts else None
        return Shown(profile, top, lay_out(rest), _uri(kernel, account))

    shown = await kernel.db.hot(look)
    older = with_query(request, before=shown.reel.older) if shown.reel.older else None
    page = render(
        request,
        "web/profile.html",
        profile=shown.profile,
        pinned=shown.pinned,
        reel=shown.reel,
        older=older,
        here=request.url.path,
        tag=parameters.get("tag"),
    )
    return page if shown.uri is None else lead_programs(page, shown.uri)


def _uri(kernel: Kernel, account: Account) -> str | None:
    """Return where programs find the account; None for those of other sites."""
    if account.domain is not None:
        return None
    return Urls(kernel.settings.base_url).actor(account.id)


def _pinned(hot: Connection, profile: Profile, viewer_id: int | None, now: datetime) -> Page:
    """Return the posts that a person put on top of their page, the latest pinned first."""
    who = profile.account_id
    return timelines.PINNED.page(hot, viewer_id, now=now, limit=PINS_MAX, who=who)


@router.get("/@{handle}/followers")
def show_followers(
    request: Request,
    actor: ViewerDep,
    session: ReaderDep,
    handle: str,
    before: int | None = None,
) -> Response:
    """Show who follows a person."""
    account = account_at(session, handle)
    viewer_id = actor.account_id if actor else None
    people = relations.followers(session, account.id, viewer_id=viewer_id, before=before)
    return _people(request, account, people, say("Who follows {name}", name=account.name))


@router.get("/@{handle}/following")
def show_following(
    request: Request,
    actor: ViewerDep,
    session: ReaderDep,
    handle: str,
    before: int | None = None,
) -> Response:
    """Show whom a person follows."""
    account = account_at(session, handle)
    viewer_id = actor.account_id if actor else None
    people = relations.following(session, account.id, viewer_id=viewer_id, before=before)
    return _people(request, account, people, say("Whom {name} follows", name=account.name))


def _people(request: Request, account: Account, people: People, title: Words) -> Response:
    faces = [face_of(other) for other in people.accounts]
    older = with_query(request, before=people.older) if people.older else None
    return render(
        request,
        "web/people.html",
        title=title,
        owner=face_of(account),
        faces=faces,
        older=older,
    )


@router.post("/@{handle}/follow", dependencies=[limit("write")])
def follow(
    request: Request, actor: MemberDep, session: SessionDep, clock: ClockDep, handle: str
) -> Response:
    """Follow a person, or ask to."""
    account = account_at(session, handle)
    relating.follow(session, actor, target_id=account.id, now=clock.now())
    return _back(request, handle)


@router.post("/@{handle}/unfollow")
def unfollow(
    request: Request, actor: MemberDep, session: SessionDep, clock: ClockDep, handle: str
) -> Response:
    """Stop following a person, or take the request back."""
    relating.unfollow(session, actor, target_id=account_at(session, handle).id, now=clock.now())
    return _back(request, handle)


@router.post("/@{handle}/endorse", dependencies=[limit("write")])
def post_endorse(
    request: Request, actor: MemberDep, session: SessionDep, clock: ClockDep, handle: str
) -> Response:
    """Recommend a person on the reader's page."""
    endorse(session, actor, target_id=account_at(session, handle).id, now=clock.now())
    return _back(request, handle)


@router.post("/@{handle}/unendorse")
def post_unendorse(
    request: Request, actor: MemberDep, session: SessionDep, handle: str
) -> Response:
    """Recommend a person no longer."""
    stop_endorsing(session, actor, target_id=account_at(session, handle).id)
    return _back(request, handle)


@router.post("/@{handle}/remove")
def remove_follower(
    request: Request, actor: MemberDep, session: SessionDep, clock: ClockDep, handle: str
) -> Response:
    """End that a person follows the reader."""
    account = account_at(session, handle)
    relating.remove_follower(session, actor, follower_id=account.id, now=clock.now())
    return _back(request, handle)


@router.get("/@{handle}/mute")
def show_mute(request: Request, actor: MemberDep, session: ReaderDep, handle: str) -> Response:
    """Ask for how long a person shall be muted."""
    face = face_of(_somebody_else(session, actor, handle))
    return render(request, "web/mute.html", face=face)


@router.post("/@{handle}/mute")
def mute(
    request: Request,
    actor: MemberDep,
    session: SessionDep,
    clock: ClockDep,
    sent: SentDep,
    handle: str,
) -> Response:
    """Mute a person for as long as the reader chose."""
    account = _somebody_else(session, actor, handle)
    lasting = MUTED_FOR.get(sent.text("for"))
    relating.mute(session, actor, target_id=account.id, now=clock.now(), lasting=lasting)
    return after_post(
        request, to=f"/@{handle}", said=say("You do not see {name} now.", name=account.name)
    )


@router.post("/@{handle}/unmute")
def unmute(request: Request, actor: MemberDep, session: SessionDep, handle: str) -> Response:
    """Hear a person again."""
    relating.unmute(session, actor, target_id=account_at(session, handle).id)
    return _back(request, handle)


@router.get("/@{handle}/block")
def show_block(request: Request, actor: MemberDep, session: ReaderDep, handle: str) -> Response:
    """Ask whether a person shall be blocked, and say what that does."""
    face = face_of(_somebody_else(session, actor, handle))
    return render(request, "web/block.html", face=face)


@router.post("/@{handle}/block")
def block(
    request: Request, actor: MemberDep, session: SessionDep, clock: ClockDep, handle: str
) -> Response:
    """Block a person: neither sees the other any more."""
    account = _somebody_else(session, actor, handle)
    relating.block(session, actor, target_id=account.id, now=clock.now())
    return after_post(request, to=f"/@{handle}", said=say("{name} is blocked.", name=account.name))


@router.post("/@{handle}/unblock")
def unblock(
    request: Request, actor: MemberDep, session: SessionDep, clock: ClockDep, handle: str
) -> Response:
    """Lift the reader's block of a person."""
    target_id = account_at(session, handle).id
    relating.unblock(session, actor, target_id=target_id, now=clock.now())
    return _back(request, handle)


def _somebody_else(session: Session, actor: Actor, handle: str) -> Account:
    account = account_at(session, handle)
    if account.id == actor.account_id:
        raise NotFound(say("That is you."))
    return account


def _back(request: Request, handle: str) -> Response:
    return after_post(request, to=page_before(request, otherwise=f"/@{handle}"))
