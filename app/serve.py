"""Serving: one process, or several under a supervisor that never leaves a worker behind."""

import asyncio
import multiprocessing
import os
import resource
import signal
import socket
import tempfile
import time
from importlib import import_module
from pathlib import Path
from typing import Any, cast

import uvicorn

from app.core.kernel import Kernel, open_kernel
from app.core.settings import Settings, read_environment
from app.http.metrics import SHARED_FOLDER
from app.instance.service import LINK_HOURS, make_founding_link
from app.main import create_app
from app.mastodon.streams.desk import Streams
from app.wiring import LISTENERS
from governance.service.outages import note_start

GRACE_SECONDS = 25
UNTAKEN_SECONDS = 60
PING_SECONDS = 30  # Between pings, and as long for an answer to one.
MESSAGE_BYTES_MAX = 4096  # An app asks for a channel in fewer than a hundred.


def serve(settings: Settings, *, host: str, port: int, workers: int, with_worker: bool) -> None:
    """Serve until SIGTERM or SIGINT; what is in hand is finished, within GRACE_SECONDS."""
    _allow_many_connections()
    listener = _listen(host, port)
    kernel = open_kernel(settings, LISTENERS)
    _begin(kernel)
    if workers == 1:
        _serve_one(kernel, listener, with_worker=with_worker)
        return
    kernel.close()
    children = [
        multiprocessing.get_context("spawn").Process(
            target=_child, args=(listener, with_worker), name=f"web-{number}"
        )
        for number in range(workers)
    ]
    # The children count requests in files of one folder, so that each can tell the sum.
    with tempfile.TemporaryDirectory(prefix="commonhold-metrics-") as folder:
        os.environ[SHARED_FOLDER] = folder
        _supervise(children)


def _begin(kernel: Kernel) -> None:
    """Print the link by which the co-op is founded, while there is none; else note the start.

    If the site was away, open votes close later: that is settled before any duty is done.
    """
    with kernel.db.write.begin() as session:
        secret = make_founding_link(session, now=kernel.clock.now())
        note_start(session, now=kernel.clock.now())
    if secret is not None:
        print(
            f"There is no co-op here yet. Found it within {LINK_HOURS} hours, by this link:\n\n"
            f"    {kernel.settings.base_url}/found/{secret}\n",
            flush=True,
        )


def _allow_many_connections() -> None:
    """Use as many open files as the system lets us: each stream is one, the usual limit 1,024."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        # Whoever takes nothing of what is sent for so long is cut off, not waited for.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNTAKEN_SECONDS * 1000)
    listener.bind((host, port))
    listener.listen(2048)
    return listener


def _child(listener: socket.socket, with_worker: bool) -> None:
    settings = read_environment(os.environ, folder=Path.cwd())
    _serve_one(open_kernel(settings, LISTENERS), listener, with_worker=with_worker)


def _serve_one(kernel: Kernel, listener: socket.socket, *, with_worker: bool) -> None:
    app = create_app(kernel, with_worker=with_worker)
    config = uvicorn.Config(
        app,
        access_log=False,
        log_config=None,
        server_header=False,
        date_header=True,
        proxy_headers=False,  # app.http.limits knows which proxies to believe.
        ws=cast(Any, _socket_protocol),
        ws_max_size=MESSAGE_BYTES_MAX,
        ws_ping_interval=PING_SECONDS,
        ws_ping_timeout=PING_SECONDS,
        ws_per_message_deflate=False,  # It would keep a window of kilobytes for each connection.
        h11_max_incomplete_event_size=32 * 1024,
        timeout_graceful_shutdown=GRACE_SECONDS - 5,
    )
    _Server(config, app.state.streams).run(sockets=[listener])


class _Server(uvicorn.Server):
    """A server that ends its streams when it stops, instead of waiting until the apps do."""

    def __init__(self, config: uvicorn.Config, streams: Streams) -> None:
        super().__init__(config)
        self._streams = streams

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop: take nobody in, end the streams, finish what is in hand."""
        self._streams.close()
        await super().shutdown(sockets)


def _socket_protocol(**given: Any) -> asyncio.Protocol:
    """Return what speaks WebSocket, and load it when the first one is opened."""
    protocol: asyncio.Protocol = import_module("app.http.sockets").SocketProtocol(**given)
    return protocol


def _supervise(children: list[multiprocessing.context.SpawnProcess]) -> None:
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    for child in children:
        child.start()
    # A worker that dies by itself takes the service down, visibly; the init system restarts it.
    while not stopping and all(child.is_alive() for child in children):
        time.sleep(0.2)
    for child in children:
        child.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    for child in children:
        child.join(max(0.0, deadline - time.monotonic()))
        if child.is_alive():
            child.kill()
            child.join()
    if not stopping:
        raise SystemExit("A web worker died; the others were stopped.")
