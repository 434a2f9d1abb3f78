"""A site that is killed while other sites send to it loses nothing that it took."""

import itertools
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import httpx2
import pytest
from sqlalchemy import select

from app.accounts.models import Account, RemoteActor, RemoteKey
from app.core.clock import SystemClock
from app.core.db import Database, open_database
from app.core.duties import Duty
from app.core.settings import read_settings
from app.federation.inbox.models import Received
from app.federation.inbox.owed import PROCESS
from app.federation.signatures.forms import Form
from app.federation.signatures.keys import Signer, public_pem
from app.federation.signatures.messages import Message
from app.federation.signatures.signing import sign
from tests.federation.reading import ACTIVITY
from tests.federation.signatures.other import rsa_key
from tests.live import LiveSite, live_site

ADA: Final = "https://far.example/users/ada"
SENDERS: Final = 8
PATIENCE_SECONDS: Final = 60


class Sending:
    """What another site sends, from several connections at once, and what was taken of it."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._numbers = itertools.count(1)
        self._stopping = threading.Event()
        self.taken: set[str] = set()
        self.declined: set[int] = set()

    def run(self) -> None:
        """Send one activity after the other; who is cut off goes on with the next."""
        client = httpx2.Client(timeout=10)
        while not self._stopping.is_set():
            uri = f"https://far.example/acts/{next(self._numbers)}"
            note = {"id": f"{uri}/note", "type": "Note", "attributedTo": ADA, "content": "Hello"}
            act = {"id": uri, "type": "Create", "actor": ADA, "object": note}
            body = json.dumps(act).encode()
            kind = {"Content-Type": ACTIVITY}
            message = Message.sent("POST", f"{self._url}/inbox", kind, body=body)
            signer = Signer(f"{ADA}#main-key", rsa_key())
            signed = sign(message, signer, Form.CAVAGE, now=SystemClock().now())
            try:
                answer = client.post(f"{self._url}/inbox", content=body, headers=kind | signed)
            except httpx2.TransportError:
                time.sleep(0.02)
                continue
            if answer.status_code == 202:
                self.taken.add(uri)
            else:
                self.declined.add(answer.status_code)

    @contextmanager
    def going_on(self) -> Iterator[None]:
        """Send as long as this goes on."""
        threads = [threading.Thread(target=self.run) for _ in range(SENDERS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stopping.set()
            for thread in threads:
                thread.join()

    def wait(self, *, more: int) -> None:
        """Return when so many more were taken."""
        enough, deadline = len(self.taken) + more, time.monotonic() + PATIENCE_SECONDS
        while len(self.taken) < enough:
            assert time.monotonic() < deadline, self.declined
            time.sleep(0.01)


def know_ada(db: Database) -> None:
    """Let the site know somebody of elsewhere, so that it need not ask for her key."""
    now = SystemClock().now()
    with db.write.begin() as session:
        ada = Account(username="ada", domain="far.example", created_at=now)
        session.add(ada)
        session.flush()
        session.add(RemoteActor(account_id=ada.id, uri=ADA, inbox=f"{ADA}/inbox", fetched_at=now))
        pem = public_pem(rsa_key())
        key = f"{ADA}#main-key"
        session.add(RemoteKey(uri=key, account_id=ada.id, public_pem=pem, fetched_at=now))


@pytest.fixture
def live(tmp_path: Path) -> Iterator[LiveSite]:
    with live_site(tmp_path / "site", options=["--no-worker"], COMMONHOLD_TEST_OPEN="1") as site:
        yield site


@pytest.mark.slow
def test_what_was_taken_is_there_and_owed(live: LiveSite) -> None:
    database = open_database(read_settings(live.environ()).database)
    know_ada(database)
    sending = Sending(live.url)
    with sending.going_on():
        sending.wait(more=40)
        live.kill()
        live.start("--no-worker", COMMONHOLD_TEST_FAULT="commit.before:20")
        assert live.process is not None
        live.process.wait(timeout=PATIENCE_SECONDS)
        live.process = None
        live.start("--no-worker")
        sending.wait(more=40)
        live.kill()
    assert sending.declined <= {503}
    with database.read.begin() as session:
        kept = {row.uri: row.id for row in session.scalars(select(Received))}
        owed = session.scalars(select(Duty.payload).where(Duty.kind == PROCESS))
        numbers = {number for payload in owed for number in payload["received"]}
    database.dispose()
    assert sending.taken <= set(kept)
    assert {kept[uri] for uri in sending.taken} <= numbers
