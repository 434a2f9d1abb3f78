"""What mail to other sites costs (B8): a delivery to each of many hosts, beside one RSA signature.

Also what 200,000 followers of elsewhere cost whoever posts, and whoever posts meanwhile.
"""

import resource
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from app.accounts.models import Account, RemoteActor, address_key
from app.core.addresses import read_rule
from app.core.ids import new_id
from app.core.kernel import Kernel
from app.core.net import Answer, Ask, Lookup, Net
from app.federation.delivery.courier import Courier
from app.federation.delivery.queue import deliver
from app.federation.keys import make_pair
from app.federation.signatures.keys import own_key, sign_text
from app.members.actor import Actor
from app.members.consent import accept_all, missing
from app.members.models import Member
from app.relationships.models import Follow, FollowState
from app.statuses.service.publish import publish_status
from app.statuses.writing import Writing
from bench.grounds import Grounds
from bench.processes import free_port, python
from bench.readings import Bounds, Reading, median
from bench.sites import environment, found_site, insert_rows
from tests.tls import make_authority

HOSTS = 5_000
KEPT_HOSTS = 128  # To so many connections are kept: see app/core/wire.py.
FOLLOWERS = 200_000
FOLLOWED_HOSTS = 5_000
SIGNATURES = 400
POSTS = 9
# By how it goes: with a new connection for each, or with those of the time before.
BOUNDS = {
    ("http", "cold"): Bounds(3.5, 4.4),
    ("http", "warm"): Bounds(None),
    ("https", "cold"): Bounds(7.5, 8.7),
    ("https", "warm"): Bounds(2.3, 3.9),
}


def measure(grounds: Grounds) -> Iterator[Reading]:
    """Yield the readings of delivering, and of posting to very many."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    kernel, _secret, account_id = found_site(environment(grounds.folder / "mail", free_port()))
    try:
        signing = _cost_of_signing()
        for scheme in ("http", "https"):
            yield from _deliveries(kernel, grounds.folder, account_id, scheme, signing)
        yield from _posting(kernel, account_id)
    finally:
        kernel.close()


def _cost_of_signing() -> float:
    """Return the CPU of one RSA signature, in seconds."""
    key = own_key(make_pair().private_pem)
    began = time.process_time()
    for number in range(SIGNATURES):
        sign_text(key, b"(request-target): post /inbox %d" % number)
    return (time.process_time() - began) / SIGNATURES


def _deliveries(
    kernel: Kernel, folder: Path, account_id: int, scheme: str, signing: float
) -> Iterator[Reading]:
    inboxes = [f"{scheme}://h{number}.far.example/inbox" for number in range(HOSTS)]
    with _sink(folder, scheme) as net:
        courier = Courier(kernel, net.begin)
        before = _private_bytes()
        for how in ("cold", "warm"):
            said = inboxes if how == "cold" else inboxes[:KEPT_HOSTS]
            for _ in range(HOSTS // len(said)):
                _say(kernel, account_id, said)
            cost, seconds = _cpu(courier.run_until_idle)
            name, bounds = f"deliver {HOSTS:,}, {scheme} {how}", BOUNDS[scheme, how]
            ratio = cost / HOSTS / signing
            note = f"{cost / HOSTS * 1e6:,.0f} µs CPU each, {HOSTS / seconds:,.0f} a second"
            yield Reading(name, ratio, "× RSA", bounds.target, note, bounds.holds)
        more = (_private_bytes() - before) / (1 << 20)
        yield Reading(f"… more memory, {scheme}", more, "MB", 60)


def _say(kernel: Kernel, account_id: int, inboxes: Sequence[str]) -> None:
    activity = {"id": str(new_id()), "type": "Create", "object": "x" * 2_000}
    with kernel.db.write.begin() as session:
        deliver(session, activity, sender=account_id, to=inboxes, now=kernel.clock.now())


def _posting(kernel: Kernel, account_id: int) -> Iterator[Reading]:
    with kernel.db.read.begin() as session:
        member_id = session.scalars(select(Member.id).where(Member.account_id == account_id)).one()
    actor = Actor(member_id, account_id)
    with kernel.db.write.begin() as session:
        now = kernel.clock.now()
        terms = missing(session, member_id, at=now)
        accept_all(session, terms, member_id=member_id, via="bench", now=now)
    alone = _post_often(kernel, actor)
    _follow_from_afar(kernel, account_id, kernel.clock.now())
    with kernel.db.write.begin() as session:
        heard = update(Account).where(Account.id == account_id)
        session.execute(heard.values(followed_elsewhere=True))
    followed = _post_often(kernel, actor)
    name = f"post with {FOLLOWERS:,} followers elsewhere"
    yield Reading(name, followed * 1e3, "ms", 1_000, f"{alone * 1e3:,.1f} ms without")
    _, seconds = _cpu(Courier(kernel, _nobody).address)
    yield Reading("… addressed, a post", seconds / POSTS, "s", None)


def _post_often(kernel: Kernel, actor: Actor) -> float:
    """Return how long one post takes, in seconds."""
    took = []
    for number in range(POSTS):
        began = time.perf_counter()
        with kernel.db.write.begin() as session:
            publish_status(session, actor, Writing(text=f"Post {number}"), now=kernel.clock.now())
        took.append(time.perf_counter() - began)
    return median(took)


def _follow_from_afar(kernel: Kernel, account_id: int, now: datetime) -> None:
    ids = [new_id() for _ in range(FOLLOWERS)]
    people: list[dict[str, Any]] = []
    actors: list[dict[str, Any]] = []
    follows: list[dict[str, Any]] = []
    for number, id_ in enumerate(ids):
        host, name = f"f{number % FOLLOWED_HOSTS}.example", f"p{number}"
        base, key = f"https://{host}", address_key(name, host)
        people.append({"id": id_, "username": name, "domain": host, "key": key, "created_at": now})
        actors.append(
            {
                "account_id": id_,
                "uri": f"{base}/u/{name}",
                "inbox": f"{base}/u/{name}/inbox",
                "shared_inbox": f"{base}/inbox",
                "fetched_at": now,
            }
        )
        follows.append(
            {
                "id": new_id(),
                "follower_id": id_,
                "followee_id": account_id,
                "state": FollowState.ACCEPTED,
                "created_at": now,
            }
        )
    with kernel.db.write_engine.begin() as connection:
        for kind, rows in ((Account, people), (RemoteActor, actors), (Follow, follows)):
            insert_rows(connection, kind, rows)
        connection.exec_driver_sql("ANALYZE")


@contextmanager
def _sink(folder: Path, scheme: str) -> Iterator[Net]:
    """Run all other sites in one process; yield the way to them."""
    port, words, context = free_port(), list[str](), None
    if scheme == "https":
        authority = make_authority(folder)
        authority.server_context("*.far.example")
        words, context = [str(folder / "*.far.example.pem")], authority.client_context()
    process = subprocess.Popen(python("-m", "bench.sink", str(port), *words))
    net = Net(
        rule=read_rule([f"127.0.0.1/32:{port}"]),
        lookup=_at(port),
        user_agent="Commonhold/bench",
        ssl_context=context,
    )
    try:
        _wait(port)
        yield net
    finally:
        net.close()
        process.terminate()
        process.wait()


def _nobody(_ask: Ask) -> "Future[Answer]":
    raise AssertionError("nothing is sent while it is addressed")


def _at(port: int) -> Lookup:
    async def look_up(_host: str, _port: int) -> Sequence[tuple[str, int]]:
        return [("127.0.0.1", port)]

    return look_up


def _wait(port: int) -> None:
    for _ in range(500):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise AssertionError("the other sites did not start")


def _cpu(work: Callable[[], object]) -> tuple[float, float]:
    """Return the seconds of CPU, and of the clock, that some work takes."""
    began, began_cpu = time.perf_counter(), time.process_time()
    work()
    return time.process_time() - began_cpu, time.perf_counter() - began


def _private_bytes() -> int:
    text = Path("/proc/self/smaps_rollup").read_text()
    lines = (line.split() for line in text.splitlines() if line.startswith("Private_"))
    return sum(int(line[1]) for line in lines) << 10
