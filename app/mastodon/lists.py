"""Lists of people whom the member follows. Source: mastodon-api.md 4.5."""

from typing import Any, Final

from fastapi import Request
from sqlalchemy import Connection
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.core.errors import Invalid
from app.core.words import say
from app.http.deps import ClockDep, ReaderDep, SessionDep, kernel_of
from app.mastodon.accounts import check_known, one
from app.mastodon.answers import json, listed, nothing
from app.mastodon.entities.list import list_values
from app.mastodon.params import Params, ParamsDep, params_of
from app.mastodon.posts import people_of
from app.mastodon.render import Renderer
from app.mastodon.routes import mastodon_router
from app.mastodon.timelines import page_of, wake_if_asleep
from app.mastodon.tools import ListKeeper, OwnLists
from app.mastodon.values import ID_MAX
from app.members.actor import Actor
from app.relationships.lists import read_edges
from app.timelines import lists, queries
from app.timelines.lists import ListForm, own_list
from app.timelines.models import PeopleList, RepliesPolicy

router = mastodon_router()
base: Final = "/api/v1/lists"
this: Final = f"{base}/{{list_id:int}}"


@router.get(base)
def get_lists(actor: OwnLists, session: ReaderDep) -> Response:
    """Show all lists of the member, by title."""
    return json([list_values(row) for row in lists.lists_of(session, actor.account_id)])


@router.post(base)
def make_list(
    params: ParamsDep, actor: ListKeeper, session: SessionDep, clock: ClockDep
) -> Response:
    """Begin a list."""
    made = lists.make_list(session, actor, _form(params), now=clock.now())
    return json(list_values(made))


@router.get(this)
def get_list(list_id: int, actor: OwnLists, session: ReaderDep) -> Response:
    """Show one list."""
    return json(list_values(own_list(session, actor, list_id)))


@router.change(this)
def change_list(
    list_id: int, params: ParamsDep, actor: ListKeeper, session: SessionDep
) -> Response:
    """Change a list: only what was sent changes."""
    form = _form(params, own_list(session, actor, list_id))
    return json(list_values(lists.change_list(session, actor, list_id, form)))


@router.delete(this)
def delete_list(list_id: int, actor: ListKeeper, session: SessionDep) -> Response:
    """Delete a list."""
    lists.delete_list(session, actor, list_id)
    return nothing()


@router.get(f"{this}/accounts")
async def get_members(list_id: int, request: Request, actor: OwnLists) -> Response:
    """List who stands on a list; with `limit=0`, all of them at once."""
    await _check_own(request, actor, list_id)
    if (await params_of(request)).text("limit") != "0":
        return await people_of(request, lists.on_list, who=list_id, actor=actor)
    renderer: Renderer = request.app.state.renderer
    me = actor.account_id

    def read(hot: Connection) -> Response:
        bounds = {"before": ID_MAX, "after": 0, "limit": lists.EVERYBODY_MAX}
        edges = read_edges(
            hot, lists.on_list, who=list_id, viewer_id=me, from_below=False, **bounds
        )
        return listed(renderer.accounts(hot, [edge.account_id for edge in edges]))

    return await (await kernel_of(request)).db.hot(read)


@router.post(f"{this}/accounts")
def add_members(
    list_id: int, params: ParamsDep, actor: ListKeeper, session: SessionDep, clock: ClockDep
) -> Response:
    """Put people on a list."""
    ids = params.ids("account_ids")
    lists.add_to_list(session, actor, list_id, ids, now=clock.now())
    return nothing()


@router.delete(f"{this}/accounts")
def remove_members(
    list_id: int, params: ParamsDep, actor: ListKeeper, session: SessionDep
) -> Response:
    """Take people off a list."""
    lists.remove_from_list(session, actor, list_id, params.ids("account_ids"))
    return nothing()


@router.get("/api/v1/timelines/list/{list_id:int}")
async def get_timeline(list_id: int, request: Request, actor: OwnLists) -> Response:
    """Show what those on a list have posted."""
    await wake_if_asleep(await kernel_of(request), actor)
    await _check_own(request, actor, list_id)
    return await page_of(request, queries.LIST, actor, list_id=list_id)


@router.get(f"{one}/lists")
def get_lists_with(account_id: int, actor: OwnLists, session: ReaderDep) -> Response:
    """Show on which of the member's lists somebody stands."""
    check_known(session, account_id)
    on = lists.lists_with(session, actor.account_id, account_id)
    rows = lists.lists_of(session, actor.account_id)
    return json([list_values(row) for row in rows if row.id in on])


def _form(params: Params, known: PeopleList | None = None) -> ListForm:
    given: dict[str, Any] = {"title": params.text("title")}
    if known is not None:
        given = {"replies_policy": known.replies_policy, "exclusive": known.exclusive}
        given["title"] = params.text("title") if "title" in params else known.title
    if policy := params.text("replies_policy"):
        given["replies_policy"] = _policy(policy)
    if (exclusive := params.flag("exclusive")) is not None:
        given["exclusive"] = exclusive
    return ListForm(**given)


def _policy(word: str) -> RepliesPolicy:
    try:
        return RepliesPolicy(word)
    except ValueError:
        raise Invalid(say("'{word}' is not a valid replies_policy", word=word)) from None


async def _check_own(request: Request, actor: Actor, list_id: int) -> None:
    kernel = await kernel_of(request)
    await kernel.db.hot(lambda hot: own_list(Session(hot), actor, list_id))
