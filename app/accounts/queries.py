"""Looking up accounts that people may see."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Account, AccountKind, address_key
from app.text.handles import Handle


def account_by_address(
    session: Session, username: str, *, domain: str | None = None
) -> Account | None:
    """Return the account at the address, in any spelling; applicants are not there yet."""
    at = Account.key == address_key(username, domain)
    return session.scalar(select(Account).where(at, Account.waiting.is_(False)))


def account_of_coop(session: Session) -> Account | None:
    """Return the account by which the co-op itself speaks; None before the founding."""
    own = (Account.kind == AccountKind.COOP, Account.domain.is_(None))
    return session.scalar(select(Account).where(*own))


def is_taken(session: Session, username: str) -> bool:
    """Return whether the name was ever given out here, be it to somebody who has left."""
    taken = select(Account.id).where(Account.key == address_key(username, None))
    return session.scalar(taken) is not None


def accounts_by_id(session: Session, ids: Collection[int]) -> Mapping[int, Account]:
    """Return the accounts of `ids` by their id, in one statement."""
    found = session.scalars(select(Account).where(Account.id.in_(ids)))
    return {account.id: account for account in found}


def accounts_by_handle(
    session: Session, handles: Collection[Handle], *, here: str | None = None
) -> Mapping[tuple[str, str | None], Account]:
    """Return the known accounts that are named, by the key of the handle as written.

    `here` is our own domain: a handle that ends in it names a neighbour too. Whoever is not
    there yet, or is suspended, is not found.
    """
    keys = {
        h.key: address_key(h.username, None if h.domain == here else h.domain) for h in handles
    }
    if not keys:
        return {}
    stands = (Account.waiting.is_(False), Account.suspended_at.is_(None))
    rows = session.scalars(select(Account).where(Account.key.in_(set(keys.values())), *stands))
    found = {account.key: account for account in rows}
    return {written: found[key] for written, key in keys.items() if key in found}


def mention_path(account: Account) -> str:
    """Return the path of an account's page on this site, to which a mention leads."""
    at = "" if account.domain is None else f"@{account.domain}"
    return f"/@{account.username}{at}"


def find_people(
    session: Session,
    words: str,
    *conditions: ColumnElement[bool],
    limit: int = 20,
    offset: int = 0,
) -> Sequence[Account]:
    """Return people whose name or handle contains the words, those whose handle is it first."""
    name, key = func.lower(Account.display_name), words.casefold().removeprefix("@")
    stands = (Account.waiting.is_(False), Account.suspended_at.is_(None))
    found = select(Account).where(
        or_(Account.key.contains(key, autoescape=True), name.contains(key, autoescape=True)),
        *stands,
        *conditions,
    )
    ordered = found.order_by((Account.key == key).desc(), Account.key)
    return session.scalars(ordered.limit(limit).offset(offset)).all()


def listed_accounts(
    session: Session, *, by_joining: bool, limit: int, offset: int
) -> Sequence[int]:
    """Return the people of this site who want to be found: who joined or posted last first."""
    stands = (Account.waiting.is_(False), Account.suspended_at.is_(None))
    here = (Account.domain.is_(None), Account.kind == AccountKind.PERSON, Account.discoverable)
    order = Account.id if by_joining else func.coalesce(Account.last_status_id, 0)
    found = select(Account.id).where(*stands, *here).order_by(order.desc(), Account.id.desc())
    return session.scalars(found.limit(limit).offset(offset)).all()
