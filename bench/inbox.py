"""What it costs to take in what other sites send: signed, verified, committed (B6)."""

import json
import time
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

from app.accounts.models import Account, RemoteActor, RemoteKey
from app.core.clock import SystemClock
from app.core.gathering import Gathering
from app.core.kernel import Kernel
from app.federation.inbox.receiving import Brought, keep_received
from app.federation.mediatypes import ACTIVITY
from app.federation.signatures.forms import Form
from app.federation.signatures.keys import Signer, public_pem
from app.federation.signatures.messages import Message
from app.federation.signatures.signing import sign
from bench.client import request_of, send_each
from bench.grounds import Engine, Grounds, Site, raw_server
from bench.pages import bare_cost
from bench.processes import Server
from bench.readings import Bounds, Reading, median

ROUNDS: Final = 5
ACTIVITIES: Final = 500
CONNECTIONS: Final = 64
BOUNDS: Final = {Engine.SQLITE: Bounds(20, 60), Engine.POSTGRESQL: Bounds(20, 90)}
ANSWER_BYTES: Final = 17
_NUMBERS: Final = count(1)


def measure(grounds: Grounds) -> Iterator[Reading]:
    """Yield the readings of the inbox."""
    for engine in Engine:
        yield from _measure(grounds.site(engine))


def _measure(site: Site) -> Iterator[Reading]:
    kernel, key = site.open(), generate_private_key(65_537, 2_048)
    senders = [_know_somebody(kernel, key) for _ in range(ROUNDS + 1)]
    group = _in_process(kernel)
    kernel.close()
    ratios, costs, rates = [], [], []
    with raw_server() as raw, site.served() as running:
        _send(site, running, senders[0], key)
        for sender in senders[1:]:
            cost, rate = _send(site, running, sender, key)
            costs.append(cost)
            rates.append(rate)
            ratios.append(cost / bare_cost(raw, ANSWER_BYTES))
    note = f"{median(costs) * 1e6:,.0f} µs CPU of ours, {median(rates):,.0f}/s"
    bounds = BOUNDS[site.engine]
    name = f"inbox, signed, {site.engine}"
    yield Reading(name, median(ratios), "× raw", bounds.target, note, bounds.holds)
    yield Reading(f"… together ÷ one by one, {site.engine}", group, "of the time", 0.5, "", 0.6)


def _know_somebody(kernel: Kernel, key: RSAPrivateKey) -> str:
    """Add somebody of a site of their own; return their id."""
    now, host = kernel.clock.now(), f"far{next(_NUMBERS)}.example"
    uri = f"https://{host}/users/ada"
    with kernel.db.write.begin() as session:
        ada = Account(username="ada", domain=host, created_at=now)
        session.add(ada)
        session.flush()
        session.add(RemoteActor(account_id=ada.id, uri=uri, inbox=f"{uri}/inbox", fetched_at=now))
        pem = public_pem(key)
        session.add(
            RemoteKey(uri=f"{uri}#main-key", account_id=ada.id, public_pem=pem, fetched_at=now)
        )
    return uri


def _activity(by: str) -> bytes:
    uri = f"{by}/notes/{next(_NUMBERS)}"
    note = {
        "id": uri,
        "type": "Note",
        "attributedTo": by,
        "content": "<p>the river bread kettle neighbours window quiet morning bicycle</p>" * 8,
        "to": ["https://www.w3.org/ns/activitystreams#Public"],
        "cc": [f"{by}/followers"],
        "published": "2026-01-31T12:00:00Z",
    }
    return json.dumps({"id": f"{uri}#act", "type": "Create", "actor": by, "object": note}).encode()


def _send(site: Site, running: Server, by: str, key: RSAPrivateKey) -> tuple[float, float]:
    """Send activities; return the seconds of CPU for each, and how many a second came in."""
    url, signer = f"http://127.0.0.1:{site.port}/inbox", Signer(f"{by}#main-key", key)
    requests = []
    for _ in range(ACTIVITIES):
        body = _activity(by)
        message = Message.sent("POST", url, {"Content-Type": ACTIVITY}, body=body)
        signed = sign(message, signer, Form.CAVAGE, now=SystemClock().now())
        headers = {"X-Forwarded-For": f"10.9.{next(_NUMBERS) % 250}.1", **signed}
        requests.append(request_of(site.port, "/inbox", headers, body, kind=ACTIVITY))
    before = running.cpu()
    run = send_each(site.port, requests, connections=CONNECTIONS)
    return (running.cpu() - before) / run.requests, run.requests / run.seconds


def _in_process(kernel: Kernel) -> float:
    """Return the time of committing together, as a share of committing one by one."""
    shares = [_seconds(kernel, at_once=64) / _seconds(kernel, at_once=1) for _ in range(ROUNDS)]
    return median(shares)


def _seconds(kernel: Kernel, *, at_once: int) -> float:
    gathering = Gathering[Brought](kernel.db.write, keep_received, at_once=at_once)
    things: Sequence[Brought] = [
        Brought(
            uri=f"https://far.example/acts/{next(_NUMBERS)}",
            signer="https://far.example/users/ada",
            kind="Create",
            body=_activity("https://far.example/users/ada"),
            recipient=None,
            at=kernel.clock.now(),
        )
        for _ in range(ACTIVITIES)
    ]
    started = time.perf_counter()
    for done in [gathering.bring(thing) for thing in things]:
        done.result()
    return time.perf_counter() - started
