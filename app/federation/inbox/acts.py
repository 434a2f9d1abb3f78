"""Remembering what somebody of elsewhere did, so that they can take it back by its id alone."""

from collections.abc import Collection

from sqlalchemy import delete, select

from app.accounts.models import Account
from app.core.upsert import insert_missing
from app.federation.activitystreams.activities import ActivityKind
from app.federation.inbox.desk import Desk
from app.federation.inbox.models import RemoteAct


def note_act(
    desk: Desk,
    uri: str,
    doer: Account,
    kind: ActivityKind,
    about_id: int,
    *,
    reaction: str | None = None,
) -> None:
    """Remember an act under its id."""
    insert_missing(
        desk.session,
        RemoteAct,
        uri=uri,
        account_id=doer.id,
        kind=kind,
        about_id=about_id,
        reaction=reaction,
        created_at=desk.now,
    )


def find_act(desk: Desk, uri: str | None, doer: Account) -> RemoteAct | None:
    """Return the act with the id if it is the doer's."""
    found = None if uri is None else desk.session.get(RemoteAct, uri)
    return found if found is not None and found.account_id == doer.id else None


def forget_acts(
    desk: Desk,
    doer: Account,
    kinds: Collection[ActivityKind],
    about_id: int,
    *,
    uri: str | None = None,
) -> None:
    """Forget all acts of these kinds about one thing, or only the one with the id."""
    which = [RemoteAct.about_id == about_id, RemoteAct.account_id == doer.id]
    if uri is not None:
        which.append(RemoteAct.uri == uri)
    desk.session.execute(delete(RemoteAct).where(*which, RemoteAct.kind.in_(kinds)))


def has_act(desk: Desk, doer: Account, kinds: Collection[ActivityKind], about_id: int) -> bool:
    """Return whether an act of these kinds stands."""
    about = (RemoteAct.about_id == about_id, RemoteAct.account_id == doer.id)
    found = select(RemoteAct.uri).where(*about, RemoteAct.kind.in_(kinds)).limit(1)
    return desk.session.scalar(found) is not None
