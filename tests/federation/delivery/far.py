"""Other sites as far as they get mail: each request is checked by libraries that are not ours."""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from apsig.draft.verify import Verifier as OldVerifier
from http_message_signatures import HTTPMessageVerifier, HTTPSignatureKeyResolver
from http_message_signatures.algorithms import RSA_V1_5_SHA256
from sqlalchemy import func, select

from app.accounts.models import RemoteActor
from app.core.events import publish
from app.core.kernel import Kernel
from app.core.net import Answer, Ask, FetchFailed
from app.federation.delivery.courier import Courier
from app.federation.delivery.models import Delivery, Outgoing
from app.federation.keys import published_key
from app.members.actor import Actor
from app.relationships.events import FollowBegan
from app.relationships.models import Follow, FollowState
from app.text.hosts import host_of_uri
from tests.factories import NOON, make_account
from tests.federation.reading import URLS
from tests.mastodon.apps import Site

LONG: Final = timedelta(days=10_000)  # The libraries ask the machine's clock.

Reaction = Callable[[Ask], int | Exception]


@dataclass(frozen=True)
class Got:
    """What came into an inbox, with whose signature it came checked."""

    inbox: str
    key_id: str
    activity: dict[str, Any]
    headers: Mapping[str, str]
    form: str

    @property
    def short(self) -> tuple[str, str]:
        """The inbox, and what is said."""
        return self.inbox, self.activity["type"]


@dataclass
class FarSites:
    """All other sites of the world, in this process."""

    kernel: Kernel
    got: list[Got] = field(default_factory=list)
    asked: list[Ask] = field(default_factory=list)
    reactions: dict[str, Reaction] = field(default_factory=lambda: defaultdict(lambda: _takes))

    def begin(self, ask: Ask) -> "Future[Answer]":
        """Take a request; answer as the host does."""
        self.asked.append(ask)
        done: Future[Answer] = Future()
        what = self.reactions[host_of_uri(ask.url) or ""](ask)
        if isinstance(what, Exception):
            done.set_exception(what)
            return done
        if 200 <= what < 300:
            self.got.append(self._checked(ask))
        done.set_result(Answer(what, ask.url, {}, b""))
        return done

    def courier(self) -> Courier:
        """Return a courier of ours, who knows the way to these sites."""
        return Courier(self.kernel, self.begin)

    def work(self) -> list[Got]:
        """Let the courier do all that is due; return what came, in the order of inboxes."""
        before = len(self.got)
        self.courier().run_until_idle()
        return sorted(self.got[before:], key=lambda got: got.inbox)

    def heard_by(self, site: Site, far_id: int, followee: Actor) -> None:
        """Let somebody of another site follow one of ours, and get their yes."""
        follow_from_afar(site, far_id, followee)
        assert [got.activity["type"] for got in self.work()] == ["Accept"]

    def _checked(self, ask: Ask) -> Got:
        assert ask.body is not None
        headers = {**ask.headers, "Host": ask.url.split("/")[2]}
        assert headers["Content-Type"] == "application/activity+json"
        if "Signature-Input" in headers:
            form, key_id = "rfc9421", self._new(ask, headers)
        else:
            form, key_id = "cavage", self._old(ask, headers)
        return Got(ask.url, key_id, json.loads(ask.body), headers, form)

    def _old(self, ask: Ask, headers: Mapping[str, str]) -> str:
        key_id = headers["Signature"].partition('keyId="')[2].partition('"')[0]
        skew = int(LONG.total_seconds())
        pem = self.pem(key_id)
        verifier = OldVerifier(pem, "POST", ask.url, dict(headers), ask.body, clock_skew=skew)
        assert verifier.verify(raise_on_fail=True) == key_id
        return key_id

    def _new(self, ask: Ask, headers: Mapping[str, str]) -> str:
        verifier = HTTPMessageVerifier(
            signature_algorithm=RSA_V1_5_SHA256, key_resolver=_Keys(self.pem)
        )
        verifier.max_clock_skew = LONG
        request = _Request("POST", ask.url, dict(headers))
        [result] = verifier.verify(request, body=ask.body, max_age=None)
        covered = {str(name) for name in result.covered_components}
        assert {'"@method"', '"@target-uri"', '"content-digest"'} <= covered
        return str(result.parameters["keyid"])

    def pem(self, key_id: str) -> str:
        """Return the key that our document shows under this id."""
        owner = key_id.removesuffix("#main-key")
        number = None if owner == URLS.site_actor else int(owner.rpartition("/")[2])
        with self.kernel.db.read.begin() as session:
            key = published_key(session, number)
        assert key is not None
        return key.public_pem


@dataclass
class _Request:
    method: str
    url: str
    headers: dict[str, str]


class _Keys(HTTPSignatureKeyResolver):
    def __init__(self, pem: Callable[[str], str]) -> None:
        self.pem = pem

    def resolve_public_key(self, key_id: str) -> bytes:
        return self.pem(key_id).encode()


def _takes(_ask: Ask) -> int:
    return 202


def answers(*statuses: int | Exception) -> Reaction:
    """Return a site that answers so, one after the other, and then goes on as at the end."""
    left = list(statuses)

    def react(_ask: Ask) -> int | Exception:
        return left.pop(0) if len(left) > 1 else left[0]

    return react


def is_away(_ask: Ask) -> Exception:
    """Answer nothing: nobody is there."""
    return FetchFailed("nobody is there")


def meet(site: Site, name: str, host: str = "far.example", *, has_shared: bool = True) -> int:
    """Add somebody of another site, whom ours knows; return their account."""
    base = f"https://{host}"
    with site.write() as session:
        far = make_account(session, username=name, domain=host)
        session.add(
            RemoteActor(
                account_id=far.id,
                uri=f"{base}/u/{name}",
                inbox=f"{base}/u/{name}/inbox",
                shared_inbox=f"{base}/inbox" if has_shared else None,
                followers=f"{base}/u/{name}/followers",
                fetched_at=NOON,
            )
        )
        return far.id


def follow_from_afar(site: Site, far_id: int, followee: Actor) -> int:
    """Let somebody of another site follow one of ours; return the follow."""
    with site.write() as session:
        follow = Follow(
            follower_id=far_id,
            followee_id=followee.account_id,
            state=FollowState.ACCEPTED,
            created_at=NOON,
            uri=f"https://far.example/follows/{far_id}",
        )
        session.add(follow)
        session.flush()
        publish(session, FollowBegan(far_id, followee.account_id, follow.id, asked=False, at=NOON))
        return follow.id


def waiting(kernel: Kernel) -> tuple[int, int]:
    """Return how many sayings and how many deliveries are in the queue."""
    with kernel.db.read.begin() as session:
        counts = (session.scalar(select(func.count(kind.id))) for kind in (Outgoing, Delivery))
        sayings, parcels = (count or 0 for count in counts)
    return sayings, parcels
