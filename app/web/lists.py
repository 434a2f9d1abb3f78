"""Lists of people: read apart, changed, and who stands on them."""

from collections.abc import Sequence
from typing import Any, Final

from fastapi import Request
from pydantic import Field
from sqlalchemy import Connection
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.accounts.queries import accounts_by_id
from app.core.errors import Invalid
from app.core.shapes import Shape
from app.core.words import say
from app.filters.kinds import Context
from app.http.access import MemberDep
from app.http.deps import ClockDep, KernelDep, ReaderDep, SessionDep
from app.http.forms import SentDep
from app.http.links import with_query
from app.http.pages import after_post, page_router, render
from app.http.rows import Face
from app.members.actor import Actor
from app.timelines import lists, queries
from app.timelines.lists import ListForm as Wanted
from app.timelines.lists import own_list
from app.timelines.models import RepliesPolicy
from app.web.home import Reel, reel_of, wake_if_asleep
from app.web.profile import account_at
from app.web.shown import face_of
from app.web.sieve import sieve_of

router = page_router()

POLICIES: Final = (
    (RepliesPolicy.LIST.value, say("Answers to others on the list")),
    (RepliesPolicy.FOLLOWED.value, say("Answers to anybody whom I follow")),
    (RepliesPolicy.NONE.value, say("No answers to others")),
)


class ListForm(Shape):
    """What a list shall be like."""

    title: str = Field(default="", max_length=1_000)
    replies: RepliesPolicy = RepliesPolicy.LIST
    exclusive: bool = False

    def wanted(self) -> Wanted:
        """Return the form as the use cases take it."""
        return Wanted(self.title, self.replies, self.exclusive)


@router.get("/lists")
def show_lists(request: Request, actor: MemberDep, session: ReaderDep) -> Response:
    """Show the reader's lists, and offer to begin one."""
    return render(request, "web/lists.html", **_lists(session, actor))


@router.post("/lists")
def make_list(
    request: Request, sent: SentDep, actor: MemberDep, session: SessionDep, clock: ClockDep
) -> Response:
    """Begin a list."""
    try:
        made = lists.make_list(session, actor, sent.read(ListForm).wanted(), now=clock.now())
    except Invalid as fault:
        return sent.again("web/lists.html", fault, **_lists(session, actor))
    said = say("Your list is there. Put people on it from their pages.")
    return after_post(request, to=f"/lists/{made.id}", said=said)


@router.get("/lists/{list_id:int}")
async def show_list(
    request: Request, list_id: int, actor: MemberDep, kernel: KernelDep, before: int | None = None
) -> Response:
    """Show what the people on a list write."""
    now = kernel.clock.now()

    def look(hot: Connection) -> tuple[str, Reel]:
        title = own_list(Session(hot), actor, list_id).title
        page = queries.LIST.page(hot, actor.account_id, now=now, before=before, list_id=list_id)
        sieve = sieve_of(hot, actor, Context.HOME, now=now)
        return title, reel_of(hot, page, is_member=True, sieve=sieve)

    await wake_if_asleep(kernel, actor)
    title, reel = await kernel.db.hot(look)
    older = with_query(request, before=reel.older) if reel.older else None
    return render(request, "web/list.html", list_id=list_id, title=title, reel=reel, older=older)


@router.get("/lists/{list_id:int}/edit")
def show_edit(request: Request, list_id: int, actor: MemberDep, session: ReaderDep) -> Response:
    """Show a list's settings and its people."""
    return render(request, "web/list_edit.html", **_edited(session, actor, list_id))


@router.post("/lists/{list_id:int}/edit")
def change_list(
    request: Request, list_id: int, sent: SentDep, actor: MemberDep, session: SessionDep
) -> Response:
    """Change a list."""
    try:
        lists.change_list(session, actor, list_id, sent.read(ListForm).wanted())
    except Invalid as fault:
        return sent.again("web/list_edit.html", fault, **_edited(session, actor, list_id))
    return after_post(request, to=f"/lists/{list_id}", said=say("Kept."))


@router.post("/lists/{list_id:int}/remove/{account_id:int}")
def remove_person(
    request: Request, list_id: int, account_id: int, actor: MemberDep, session: SessionDep
) -> Response:
    """Take somebody off a list."""
    lists.remove_from_list(session, actor, list_id, [account_id])
    return after_post(request, to=f"/lists/{list_id}/edit")


@router.post("/lists/{list_id:int}/delete")
def delete_list(request: Request, list_id: int, actor: MemberDep, session: SessionDep) -> Response:
    """Delete a list."""
    lists.delete_list(session, actor, list_id)
    return after_post(request, to="/lists", said=say("The list is gone. You follow everybody on."))


@router.get("/@{handle}/lists")
def show_lists_of(request: Request, handle: str, actor: MemberDep, session: ReaderDep) -> Response:
    """Ask on which lists somebody shall stand."""
    account = account_at(session, handle)
    on = lists.lists_with(session, actor.account_id, account.id)
    mine = lists.lists_of(session, actor.account_id)
    return render(
        request, "web/lists_of.html", face=face_of(account), lists=mine, on=[str(i) for i in on]
    )


@router.post("/@{handle}/lists")
def choose_lists(
    request: Request,
    handle: str,
    sent: SentDep,
    actor: MemberDep,
    session: SessionDep,
    clock: ClockDep,
) -> Response:
    """Put somebody on the chosen lists, and take them off the others."""
    account = account_at(session, handle)
    on = lists.lists_with(session, actor.account_id, account.id)
    chosen = {int(value) for value in sent.values.get("list", ()) if value.isdecimal()}
    for row in lists.lists_of(session, actor.account_id):
        if row.id in chosen and row.id not in on:
            lists.add_to_list(session, actor, row.id, [account.id], now=clock.now())
        elif row.id in on and row.id not in chosen:
            lists.remove_from_list(session, actor, row.id, [account.id])
    return after_post(request, to=face_of(account).url, said=say("Kept."))


def _lists(session: Session, actor: Actor) -> dict[str, Any]:
    return {"lists": lists.lists_of(session, actor.account_id), "policies": POLICIES}


def _edited(session: Session, actor: Actor, list_id: int) -> dict[str, Any]:
    row = own_list(session, actor, list_id)
    return {"list": row, "people": _people(session, list_id), "policies": POLICIES}


def _people(session: Session, list_id: int) -> Sequence[tuple[int, Face]]:
    ids = lists.members_of(session, list_id)
    accounts = accounts_by_id(session, ids)
    faces = [(id_, face_of(accounts[id_])) for id_ in ids]
    return sorted(faces, key=lambda pair: pair[1].name.casefold())
