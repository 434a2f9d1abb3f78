"""Serving: one process, or several under a supervisor that never leaves a worker behind."""

import multiprocessing
import os
import signal
import socket
import tempfile
import time
from pathlib import Path

import uvicorn

from app.core.kernel import Kernel, open_kernel
from app.core.settings import Settings, read_environment
from app.http.metrics import SHARED_FOLDER
from app.instance.service import LINK_HOURS, make_founding_link
from app.main import create_app
from app.wiring import LISTENERS
from governance.service.outages import note_start

GRACE_SECONDS = 25


def serve(settings: Settings, *, host: str, port: int, workers: int, with_worker: bool) -> None:
    """Serve until SIGTERM or SIGINT; what is in hand is finished, within GRACE_SECONDS."""
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


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(2048)
    return listener


def _child(listener: socket.socket, with_worker: bool) -> None:
    settings = read_environment(os.environ, folder=Path.cwd())
    _serve_one(open_kernel(settings, LISTENERS), listener, with_worker=with_worker)


def _serve_one(kernel: Kernel, listener: socket.socket, *, with_worker: bool) -> None:
    config = uvicorn.Config(
        create_app(kernel, with_worker=with_worker),
        access_log=False,
        log_config=None,
        server_header=False,
        date_header=True,
        proxy_headers=False,  # app.http.limits knows which proxies to believe.
        ws="none",  # Nothing here speaks it, and loading it takes a fiftieth of a start.
        h11_max_incomplete_event_size=32 * 1024,
        timeout_graceful_shutdown=GRACE_SECONDS - 5,
    )
    uvicorn.Server(config).run(sockets=[listener])


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
