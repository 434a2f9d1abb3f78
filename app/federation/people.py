"""Keeping people of other sites: what their site says of them becomes an account here.

Nothing of it is ours: names are made harmless, HTML is cleaned, and keys are kept only if they are
read and their owner lists them.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.accounts.models import Account, AccountKind, RemoteActor, RemoteKey, address_key
from app.core.ids import new_id
from app.core.orm import lock
from app.core.upsert import insert_missing
from app.federation.activitystreams.actors import Actor, ActorKind, Field
from app.federation.fetching import Person
from app.federation.signatures.faults import BadSignature
from app.text.hosts import is_same_origin
from app.text.names import one_line
from app.text.sanitize import plain_text, sanitize, sanitize_line

NAME_MAX: Final = 500  # Letters of a display name that are kept.
FIELD_NAME_MAX: Final = 255
_KINDS: Final = {
    ActorKind.GROUP: AccountKind.COOP,
    ActorKind.ORGANIZATION: AccountKind.COOP,
    ActorKind.SERVICE: AccountKind.SERVICE,
    ActorKind.APPLICATION: AccountKind.SERVICE,
}


class NameTaken(Exception):
    """Somebody else of that site is known here by the handle; they are to be looked at first."""


def keep_person(session: Session, person: Person, *, now: datetime) -> Account:
    """Write down a person as their site describes them now; return the account, locked.

    Who is known by their id may have changed the handle, and keeps the account. Of two
    transactions that keep a new person at once, one waits, and both return one account.

    Raises: NameTaken.
    """
    actor = person.actor
    known = session.scalar(select(RemoteActor.account_id).where(RemoteActor.uri == actor.id))
    account_id = _add(session, person, now=now) if known is None else known
    account = lock(session, Account, account_id)
    assert account is not None, "accounts are never deleted"
    _check_name(session, person, account)
    is_changed = _apply(account, _values(person)) | _reach(session, account, actor, now=now)
    _keep_keys(session, account.id, actor, now=now)
    if is_changed:
        account.rev += 1
    return account


def keep_keys(session: Session, actor: Actor, *, now: datetime) -> Account | None:
    """Keep the keys that a known actor lists now; return the account, None if they are unknown."""
    known = select(Account).join(RemoteActor).where(RemoteActor.uri == actor.id)
    account = session.scalar(known)
    if account is not None:
        _keep_keys(session, account.id, actor, now=now)
    return account


def _add(session: Session, person: Person, *, now: datetime) -> int:
    """Add the account and where it is, unless somebody else does it at this moment."""
    actor, key = person.actor, _key_of(person)
    insert_missing(
        session,
        Account,
        id=new_id(),
        created_at=actor.published_at or now,
        **_values(person),
    )
    account_id = session.scalars(select(Account.id).where(Account.key == key)).one()
    insert_missing(
        session,
        RemoteActor,
        account_id=account_id,
        uri=actor.id,
        inbox=actor.inbox,
        fetched_at=now,
    )
    found = session.scalar(select(RemoteActor.account_id).where(RemoteActor.uri == actor.id))
    if found != account_id:
        raise NameTaken(f"{person.handle} is known with another id than {actor.id}")
    return account_id


def _check_name(session: Session, person: Person, account: Account) -> None:
    holder = session.scalar(select(Account.id).where(Account.key == _key_of(person)))
    if holder not in (None, account.id):
        raise NameTaken(f"{person.handle} is somebody else")


def _key_of(person: Person) -> str:
    assert person.handle.domain is not None, "people of elsewhere have a domain"
    return address_key(person.actor.username, person.handle.domain)


def _values(person: Person) -> dict[str, Any]:
    actor = person.actor
    note_html = sanitize(actor.bio)
    return {
        "username": actor.username,
        "domain": person.handle.domain,
        "key": _key_of(person),
        "display_name": one_line(actor.name, limit=NAME_MAX),
        "note": plain_text(note_html),
        "note_html": str(note_html),
        "fields": list(_fields(actor.fields)),
        "locked": actor.approves_followers,
        "bot": actor.is_bot,
        "discoverable": actor.is_discoverable,
        "indexable": actor.is_indexable,
        "kind": _KINDS.get(actor.kind, AccountKind.PERSON),
    }


def _fields(fields: Sequence[Field]) -> Iterator[dict[str, str]]:
    for field in fields:
        html = sanitize_line(field.value)
        name = one_line(field.name, limit=FIELD_NAME_MAX)
        yield {"name": name, "value": plain_text(html), "html": str(html)}


def _reach(session: Session, account: Account, actor: Actor, *, now: datetime) -> bool:
    """Write down where the actor is reached; return whether anything that is shown changed."""
    row = session.get_one(RemoteActor, account.id)
    row.fetched_at = now
    return _apply(
        row,
        {
            "url": actor.url,
            "inbox": actor.inbox,
            "shared_inbox": actor.shared_inbox,
            "outbox": actor.outbox,
            "followers": actor.followers,
            "following": actor.following,
            "featured": actor.featured,
            "featured_tags": actor.featured_tags,
            "also_known_as": list(actor.also_known_as),
            "moved_to": actor.moved_to,
        },
    )


def _apply(row: Account | RemoteActor, values: dict[str, Any]) -> bool:
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    return bool(changed)


def _keep_keys(session: Session, account_id: int, actor: Actor, *, now: datetime) -> None:
    """Keep the keys that the actor lists now, and no others: what they took back signs nothing."""
    wanted = dict(_pems(actor))
    gone = (RemoteKey.account_id == account_id, RemoteKey.uri.not_in(wanted))
    session.execute(delete(RemoteKey).where(*gone))
    for uri, pem in wanted.items():
        known = session.get(RemoteKey, uri)
        if known is None:
            session.add(RemoteKey(uri=uri, account_id=account_id, public_pem=pem, fetched_at=now))
        elif known.account_id == account_id:
            known.public_pem, known.fetched_at = pem, now


def _pems(actor: Actor) -> Iterator[tuple[str, str]]:
    for key in actor.keys:
        if key.owner != actor.id or not is_same_origin(key.id, actor.id):
            continue
        # Else it is too weak, or of a kind that we do not know: it signs nothing here.
        with suppress(BadSignature):
            yield key.id, key.public_pem()
