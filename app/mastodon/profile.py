"""Changing one's own account. Source: mastodon-api.md 4.2, `update_credentials`."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from app.accounts.models import Account
from app.accounts.profile import Profile, update_profile
from app.core.errors import Invalid, NotFound
from app.core.kernel import Kernel
from app.core.records import replace
from app.core.words import say
from app.http.deps import ClockDep, KernelDep, SessionDep
from app.http.media import DeskDep
from app.mastodon.accounts import own_account
from app.mastodon.answers import raw
from app.mastodon.params import Params, ParamsDep
from app.mastodon.routes import mastodon_router
from app.mastodon.tools import ProfileWriter, RendererDep
from app.mastodon.values import read_flag
from app.mastodon.writing import VISIBILITIES
from app.media.kinds import MediaKind
from app.media.receive import Upload
from app.media.service import take_off, wear
from app.members.actor import Actor
from app.members.models import Member
from app.members.posting import posting_taste, set_attribution_domains, set_posting_taste

router = mastodon_router()

PICTURES: Final = {"avatar": MediaKind.AVATAR, "header": MediaKind.HEADER}
TASTES: Final = frozenset(VISIBILITIES) - {"direct", "local"}
QUOTES: Final = frozenset({"public", "followers", "nobody"})


@router.change("/api/v1/accounts/update_credentials")
async def change_own(
    params: ParamsDep,
    actor: ProfileWriter,
    kernel: KernelDep,
    desk: DeskDep,
    renderer: RendererDep,
) -> Response:
    """Change one's page: only what was sent changes."""
    sent = [
        Upload(file.file, actor.account_id, kind=kind)
        for name, kind in PICTURES.items()
        if (file := params.file(name)) is not None
    ]
    received = [(await desk.take(kernel, upload)).id for upload in sent]
    return await run_in_threadpool(_change, kernel, renderer, actor, params, received)


def _change(
    kernel: Kernel, renderer: Any, actor: Actor, params: Params, received: list[int]
) -> Response:
    with kernel.db.write.begin() as session:
        now = kernel.clock.now()
        _change_words(session, actor, params, here=kernel.settings.address_domain, now=now)
        for media_id in received:
            wear(session, actor.account_id, media_id, now=now)
        session.flush()
        now, fresh = kernel.clock.now(), renderer.fresh()
        return raw(own_account(session.connection(), fresh, actor, now=now))


def _change_words(
    session: Session, actor: Actor, params: Params, *, here: str, now: datetime
) -> None:
    account = session.get_one(Account, actor.account_id)
    known = Profile(
        display_name=account.display_name,
        note=account.note,
        fields=tuple((field["name"], field["value"]) for field in account.fields),
        locked=account.locked,
        bot=account.bot,
        discoverable=account.discoverable,
        indexable=account.indexable,
    )
    changed = replace(known, **_changes(params))
    if changed != known:
        update_profile(session, actor.account_id, changed, now=now, here=here)
    if "attribution_domains" in params:
        member = session.get_one(Member, actor.member_id)
        set_attribution_domains(member, params.texts("attribution_domains"))
    if isinstance(params.get("source"), dict):
        _change_taste(session, actor, params["source"])


def _changes(params: Params) -> dict[str, Any]:
    changes: dict[str, Any] = {n: params.text(n) for n in ("display_name", "note") if n in params}
    for name in ("locked", "bot", "discoverable", "indexable"):
        if (flag := params.flag(name)) is not None:
            changes[name] = flag
    if "fields_attributes" in params:
        changes["fields"] = _fields(params["fields_attributes"])
    return changes


def _fields(sent: Any) -> tuple[tuple[str, str], ...]:
    """Return the lines of a profile, which come as a list or by their numbers."""
    rows = list(sent.values()) if isinstance(sent, dict) else sent
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Invalid(say("The extra lines are pairs of a name and a value."))
    return tuple((str(row.get("name") or ""), str(row.get("value") or "")) for row in rows)


def _change_taste(session: Session, actor: Actor, source: dict[str, Any]) -> None:
    member = session.get_one(Member, actor.member_id)
    taste = posting_taste(member)
    if "privacy" in source:
        taste = replace(taste, visibility=_chosen(source["privacy"], TASTES, taste.visibility))
    if "quote_policy" in source:
        taste = replace(taste, quotes=_chosen(source["quote_policy"], QUOTES, taste.quotes))
    if "sensitive" in source:
        taste = replace(taste, sensitive=read_flag(source["sensitive"]))
    if "language" in source:
        taste = replace(taste, language=str(source["language"] or "")[:20] or None)
    set_posting_taste(member, taste)


def _chosen(sent: Any, offered: frozenset[str], known: str) -> str:
    if sent in (None, ""):
        return known
    if sent not in offered:
        raise Invalid(say("Choose one of the answers offered."))
    return str(sent)


@router.delete("/api/v1/profile/{picture}")
def remove_picture(
    picture: str,
    actor: ProfileWriter,
    session: SessionDep,
    renderer: RendererDep,
    clock: ClockDep,
) -> Response:
    """Take off the avatar or the header."""
    if picture not in PICTURES:
        raise NotFound(say("There is no such picture."))
    take_off(session, actor.account_id, PICTURES[picture], now=clock.now())
    session.flush()
    return raw(own_account(session.connection(), renderer.fresh(), actor, now=clock.now()))
