"""Finding our accounts as other sites ask for them: by number, in one statement compiled once."""

from functools import cache
from typing import Final, cast

from sqlalchemy import Connection, Table, bindparam, select

from app.core.errors import Forbidden, NotFound
from app.core.orm import BigInt
from app.core.prepared import Prepared
from app.core.words import say
from app.federation.documents.actors import ActorRow
from app.federation.models import ActorKey
from app.statuses.visible import accounts

keys = cast(Table, ActorKey.__table__)
NUMBER_MAX: Final = (1 << 63) - 1
# Whether the account is there at all, for others.
_STANDING: Final = ("domain", "waiting", "suspended_at")


def standing_account(connection: Connection, account_id: int) -> ActorRow:
    """Return the account of this site. Raises: NotFound; Forbidden while it is suspended."""
    found = _found().rows(connection, {"one": account_id}) if account_id <= NUMBER_MAX else ()
    if not found:
        raise NotFound(say("There is no such person."))
    domain, waiting, suspended_at, *values = found[0]
    if domain is not None or waiting:
        raise NotFound(say("There is no such person."))
    if suspended_at is not None:
        raise Forbidden(say("This account is suspended."))
    return ActorRow(*values)


@cache
def _found() -> Prepared:
    names = [name for name in ActorRow._fields if name != "public_pem"]
    newest = (
        select(keys.c.public_pem)
        .where(keys.c.account_id == accounts.c.id, keys.c.retired_at.is_(None))
        .order_by(keys.c.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    columns = (accounts.c[name] for name in (*_STANDING, *names))
    one = accounts.c.id == bindparam("one", type_=BigInt)
    return Prepared(select(*columns, newest.label("public_pem")).where(one))
