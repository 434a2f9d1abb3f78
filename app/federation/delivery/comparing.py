"""What goes along with posts for followers: a number by which both sites see if they agree.

Source: FEP-8fcf. It is computed once for each saying, for all sites at once.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Final, cast

import orjson
from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from app.accounts.models import Account, RemoteActor
from app.core.db import Database
from app.federation.activitystreams.documents import PUBLIC
from app.federation.delivery.audience import addressed_to
from app.federation.delivery.followers import (
    FOLLOWERS_MAX,
    HEADER,
    Comparison,
    digest_of,
    write_comparison,
)
from app.http.urls import Urls
from app.relationships.models import Follow, FollowState
from app.text.hosts import origin_of

KEPT_MAX: Final = 64  # Sayings.
PATH: Final = "followers_synchronization"

actors = cast(Table, RemoteActor.__table__)
accounts = cast(Table, Account.__table__)
follows = cast(Table, Follow.__table__)


def followers_elsewhere(session: Session, account_id: int) -> list[str] | None:
    """Return the ids of all followers of other sites; None if they are too many to be compared."""
    theirs = (
        select(actors.c.uri)
        .join(follows, follows.c.follower_id == actors.c.account_id)
        .where(follows.c.followee_id == account_id, follows.c.state == FollowState.ACCEPTED)
        .limit(FOLLOWERS_MAX + 1)
    )
    found = list(session.scalars(theirs))
    return found if len(found) <= FOLLOWERS_MAX else None


def digests_by_origin(uris: Iterable[str]) -> Mapping[str, str]:
    """Return the number over the followers of each site, by its origin."""
    by_origin: dict[str, list[str]] = {}
    for uri in uris:
        by_origin.setdefault(origin_of(uri) or "", []).append(uri)
    return {origin: digest_of(some) for origin, some in by_origin.items()}


class Comparisons:
    """Gives the header for parcels; remembers the numbers of the latest sayings."""

    def __init__(self, db: Database, urls: Urls) -> None:
        self._db = db
        self._urls = urls
        self._kept: OrderedDict[int, Mapping[str, str]] = OrderedDict()

    def header(
        self, outgoing_id: int, sender_id: int | None, body: bytes, inbox: str
    ) -> Mapping[str, str]:
        """Return the header that goes with a saying into an inbox; none if it needs none."""
        if sender_id is None:
            return {}
        digests = self._kept.get(outgoing_id)
        if digests is None:
            digests = self._digests(sender_id, body)
            self._kept[outgoing_id] = digests
            while len(self._kept) > KEPT_MAX:
                self._kept.popitem(last=False)
        digest = digests.get(origin_of(inbox) or "")
        if digest is None:
            return {}
        actor = self._urls.actor(sender_id)
        said = Comparison(f"{actor}/followers", f"{actor}/{PATH}", digest)
        return {HEADER: write_comparison(said)}

    def _digests(self, sender_id: int, body: bytes) -> Mapping[str, str]:
        to = addressed_to(orjson.loads(body))
        if PUBLIC in to or f"{self._urls.actor(sender_id)}/followers" not in to:
            return {}
        with self._db.read.begin() as session:
            found = followers_elsewhere(session, sender_id)
        return {} if found is None else digests_by_origin(found)
