"""The keys of those who say something: loaded once for each batch, not once for each inbox."""

from collections.abc import Collection, Mapping
from typing import Final, cast

from sqlalchemy import Table, or_, select

from app.core.kernel import Kernel
from app.federation.documents.actors import KEY_NAME
from app.federation.keys import SEAL, ensure_key
from app.federation.models import ActorKey
from app.federation.signatures.keys import Signer, own_key
from app.http.urls import Urls

KEPT_MAX: Final = 2_000

keys = cast(Table, ActorKey.__table__)


class KeyRings:
    """Gives the signers of accounts of this site, and of the site itself (None).

    The oldest key that is not retired signs, until others were told of a newer one.
    """

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._urls = Urls(kernel.settings.base_url)
        self._kept: dict[int, Signer] = {}  # By the id of the key.

    def signers(self, senders: Collection[int | None]) -> Mapping[int | None, Signer]:
        """Return the signer of each; whoever has no key yet gets one. No transaction is open."""
        if not senders:
            return {}
        found = self._found(senders)
        for sender in senders:
            if sender not in found:
                ensure_key(self._kernel, sender)
        return found if len(found) == len(senders) else self._found(senders)

    def _found(self, senders: Collection[int | None]) -> dict[int | None, Signer]:
        ids = [sender for sender in senders if sender is not None]
        owned = keys.c.account_id.in_(ids)
        of_some = or_(owned, keys.c.account_id.is_(None)) if None in senders else owned
        newest_last = (
            select(keys.c.id, keys.c.account_id, keys.c.private_sealed)
            .where(of_some, keys.c.retired_at.is_(None))
            .order_by(keys.c.number.desc())
        )
        with self._kernel.db.read.begin() as session:
            rows = session.execute(newest_last).all()
        return {row.account_id: self._signer(*row) for row in rows}

    def _signer(self, key_id: int, account_id: int | None, sealed: str) -> Signer:
        if key_id not in self._kept:
            if len(self._kept) >= KEPT_MAX:
                self._kept.clear()
            uri = self._urls.site_actor if account_id is None else self._urls.actor(account_id)
            private = own_key(self._kernel.keyring.unseal(SEAL, sealed))
            self._kept[key_id] = Signer(f"{uri}{KEY_NAME}", private)
        return self._kept[key_id]
