"""How often somebody may do something: one table of limits, attached to routes by name.

Source: security.md (d) 7. Counting is GCRA (ITU-T I.371): one time for each key says when the
next call conforms; nothing is stored for those who call rarely.
"""

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from threading import Lock
from typing import Any, Final

from fastapi import Depends
from starlette.datastructures import UploadFile
from starlette.requests import HTTPConnection, Request

from app.core.crypto import hash_secret
from app.core.kernel import Kernel
from app.core.records import Record
from app.http.bearer import bearer_of
from app.http.cookies import SESSION, read_cookie
from app.http.declined import TooMany
from app.http.tickets import SAFE

KEYS_MAX: Final = 100_000
NETWORKS_KEPT: Final = 4_096
# By version, and whether the whole street is meant.
LENGTHS: Final = {(4, False): 32, (4, True): 24, (6, False): 64, (6, True): 48}


class By(StrEnum):
    """Whose calls are counted together."""

    ADDRESS = "address"  # IPv4 /32, IPv6 /64.
    NETWORK = "network"  # IPv4 /24, IPv6 /48: for limits that a whole house shares.
    CALLER = "caller"  # The browser session or the token; without one, the address.
    FIELD = "field"  # The text in a named field of the form, such as a mail address.


class Quota(Record):
    """At most `times` calls in `per`, for each key."""

    times: int
    per: timedelta
    by: By
    field: str = ""


def _minutes(times: int, minutes: int, by: By, name: str = "") -> Quota:
    return Quota(times, timedelta(minutes=minutes), by, name)


def _days(times: int, by: By, name: str = "") -> Quota:
    return Quota(times, timedelta(days=1), by, name)


LIMITS: Final[Mapping[str, Sequence[Quota]]] = {
    "read": (_minutes(300, 5, By.CALLER),),
    "call": (_minutes(300, 5, By.CALLER),),  # Of an app: reading and writing together.
    "write": (_minutes(300, 180, By.CALLER),),
    "post": (_minutes(300, 180, By.CALLER),),
    "unpost": (_minutes(30, 30, By.CALLER),),
    "upload": (_minutes(30, 30, By.CALLER),),
    "fetch": (_minutes(300, 10, By.ADDRESS),),  # Pictures of other sites that we do not have.
    "search": (_minutes(60, 5, By.CALLER),),
    "found": (_minutes(10, 20, By.ADDRESS),),
    "login": (
        _minutes(5, 20, By.FIELD, "login"),
        _minutes(20, 20, By.ADDRESS),
        _minutes(100, 20, By.NETWORK),
    ),
    "confirm": (_minutes(5, 20, By.CALLER), _minutes(20, 20, By.ADDRESS)),
    "reset": (_days(3, By.FIELD, "email"), _days(10, By.ADDRESS)),
    "join": (_minutes(5, 30, By.ADDRESS), _days(40, By.NETWORK)),
    "code": (_minutes(10, 10, By.ADDRESS), _minutes(10, 10, By.CALLER)),
    "resend": (_minutes(3, 60, By.CALLER), _days(10, By.ADDRESS)),
    "password": (_minutes(5, 20, By.CALLER),),
    "email": (_days(3, By.CALLER),),
    # Some web clients introduce themselves for all of their users from one address.
    "application": (_minutes(30, 30, By.ADDRESS),),
    "token": (_minutes(60, 5, By.ADDRESS),),
    "propose": (_days(10, By.CALLER),),
    "comment": (_minutes(60, 60, By.CALLER),),
    "vote": (_minutes(20, 60, By.CALLER),),
    "pay": (_minutes(20, 60, By.CALLER),),
    "export": (_days(2, By.CALLER),),
    "report": (_minutes(20, 60, By.CALLER),),
    # A phone that changes from net to net opens its stream anew each time.
    "stream": (_minutes(300, 5, By.CALLER),),
}


class Verdict(Record):
    """What the limiter found; `wait` is how long to wait if the call is refused."""

    is_allowed: bool
    limit: int
    remaining: int
    wait: timedelta
    resets_at: datetime


@dataclass(slots=True)
class Limiter:
    """Remembers, for each key, the moment from which on it has its whole quota again."""

    _full_at: dict[tuple[str, ...], datetime] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def hit(self, key: tuple[str, ...], quota: Quota, *, now: datetime) -> Verdict:
        """Count a call, unless it comes too soon."""
        step = quota.per / quota.times
        with self._lock:
            # A clock that was set back must not lock anybody out for longer than the quota.
            known = min(self._full_at.get(key, now), now + quota.per)
            full_at = max(known, now) + step
            ahead = full_at - now
            if ahead > quota.per:
                return Verdict(False, quota.times, 0, ahead - quota.per, known)
            self._full_at[key] = full_at
            if len(self._full_at) > KEYS_MAX:
                self._forget(now)
        return Verdict(True, quota.times, (quota.per - ahead) // step, timedelta(0), full_at)

    def _forget(self, now: datetime) -> None:
        """Drop whoever has a whole quota anyway; if all are busy, drop the least busy half."""
        kept = sorted((at, key) for key, at in self._full_at.items() if at > now)
        if len(kept) > KEYS_MAX // 2:
            kept = kept[len(kept) // 2 :]
        self._full_at = {key: at for at, key in kept}


class Limit:
    """Counts the calls of a route under a name of LIMITS."""

    def __init__(self, name: str) -> None:
        self.limit = name
        self._quotas = LIMITS[name]

    async def __call__(self, request: HTTPConnection) -> None:
        """Let the call pass, or refuse it. Raises: TooMany."""
        kernel: Kernel = request.app.state.kernel
        if kernel.settings.test_open:
            return
        limiter: Limiter = request.app.state.limiter
        now = kernel.clock.now()
        for quota in self._quotas:
            who = await _who(request, quota)
            verdict = limiter.hit((self.limit, quota.by, who), quota, now=now)
            _tell(request, verdict)
            if not verdict.is_allowed:
                raise TooMany(verdict.wait, headers_of(verdict))


def limit(name: str) -> Any:
    """Declare that a route is limited, by a name of LIMITS."""
    return Depends(Limit(name))


_READ, _WRITE = Limit("read"), Limit("write")


async def count_writes(request: Request) -> None:
    """Count what somebody sends from pages; what they read is theirs to read. Raises: TooMany."""
    if request.method not in SAFE:
        await _WRITE(request)


async def count_calls(request: Request) -> None:
    """Count the calls of a program: reads and writes apart. Raises: TooMany."""
    await (_READ if request.method in SAFE else _WRITE)(request)


def headers_of(verdict: Verdict) -> dict[str, str]:
    """Return the verdict as headers, as apps for Mastodon know them."""
    headers = {
        "X-RateLimit-Limit": str(verdict.limit),
        "X-RateLimit-Remaining": str(verdict.remaining),
        "X-RateLimit-Reset": f"{verdict.resets_at.isoformat(timespec='seconds')[:19]}Z",
    }
    if not verdict.is_allowed:
        headers["Retry-After"] = str(max(1, -(-verdict.wait // timedelta(seconds=1))))
    return headers


@lru_cache(maxsize=NETWORKS_KEPT)
def network_of(address: str, *, wide: bool = False) -> str:
    """Return the network that stands for one household of `address`, or for its whole street."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    length = LENGTHS[ip.version, wide]
    return str(ipaddress.ip_network(f"{ip}/{length}", strict=False))


def client_address(connection: HTTPConnection) -> str:
    """Return the caller's address; proxies were believed before, if they are trusted."""
    return connection.client.host if connection.client else ""


async def _who(request: HTTPConnection, quota: Quota) -> str:
    match quota.by:
        case By.ADDRESS:
            return network_of(client_address(request))
        case By.NETWORK:
            return network_of(client_address(request), wide=True)
        case By.CALLER:
            if (bearer := bearer_of(request)) is not None:
                return bearer.hash
            secret = read_cookie(request, SESSION)
            return hash_secret(secret) if secret else network_of(client_address(request))
        case By.FIELD:
            assert isinstance(request, Request), "only a request brings a form"
            sent = (await request.form()).get(quota.field, "")
            text = "" if isinstance(sent, UploadFile) else sent.strip().casefold()
            return hash_secret(text)


def _tell(request: HTTPConnection, verdict: Verdict) -> None:
    """Keep the tightest verdict for the answer's headers."""
    state = request.scope.setdefault("state", {})
    known: Verdict | None = state.get("verdict")
    if known is None or verdict.remaining < known.remaining:
        state["verdict"] = verdict
        state["extra_headers"] = headers_of(verdict)
