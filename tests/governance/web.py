"""The whole site over HTTP, with members who are signed in: what the tests of pages act on."""

from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from app.core.kernel import Kernel
from app.members.sessions import open_session, reauthenticate
from app.oauth.service import give_token
from tests.governance.hall import Hall
from tests.http.conftest import ticket_of

COOKIE = "__Host-s"
BASE_URL = "https://riverside.example"
API = "/api/coop/v1"
SCOPES = ("coop:read", "coop:vote", "coop:officer")
# For tables of what is refused before anything is stored.
SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@dataclass(frozen=True)
class Browser:
    """A browser that follows nothing by itself."""

    client: TestClient

    def get(self, path: str, **given: Any) -> Response:
        """Open a page."""
        return self.client.get(path, **given)

    def read(self, path: str) -> str:
        """Open a page that must be there; return its text."""
        answer = self.client.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:800]}"
        return answer.text

    def send(self, path: str, *, on: str | None = None, **fields: Any) -> Response:
        """Fill in a form of the page `on` (the same address unless given) and send it."""
        ticket = ticket_of(self.read(on or path))
        return self.client.post(path, data={"csrf": ticket, **fields})

    def sent(self, path: str, *, on: str | None = None, **fields: Any) -> str:
        """Send a form that must be taken; return where it leads."""
        answer = self.send(path, on=on, **fields)
        assert answer.status_code == 303, f"{path}: {answer.status_code} {answer.text[:800]}"
        return answer.headers["location"]


@dataclass(frozen=True)
class Web:
    """The site, and the hall whose members use it."""

    app: FastAPI
    kernel: Kernel
    hall: Hall

    def visitor(self) -> Browser:
        """Return a browser in which nobody is signed in."""
        return Browser(self._client({"accept": "text/html"}))

    def browser(self, name: str) -> Browser:
        """Return a browser in which the member is signed in."""
        with self.kernel.db.write.begin() as session:
            opened = open_session(
                session, member_id=self.hall.members[name], label="a test", now=self.hall.now
            )
        browser = self.visitor()
        browser.client.cookies.set(COOKIE, opened.secret)
        return browser

    def confirm(self, browser: Browser) -> None:
        """Let who is signed in at the browser confirm it is them: as if by their password."""
        secret = browser.client.cookies[COOKIE]
        with self.kernel.db.write.begin() as session:
            opened = reauthenticate(session, secret=secret, now=self.hall.now)
        browser.client.cookies.set(COOKIE, opened.secret)

    def program(self, name: str | None, *scopes: str) -> TestClient:
        """Return a program with a token of the member; all co-op scopes unless told otherwise."""
        client = self._client({"accept": "application/json"})
        if name is not None:
            with self.kernel.db.write.begin() as session:
                token = give_token(
                    session,
                    member_id=self.hall.members[name],
                    scopes=scopes or SCOPES,
                    now=self.hall.now,
                )
            client.headers["authorization"] = f"Bearer {token}"
        return client

    def _client(self, headers: dict[str, str]) -> TestClient:
        return TestClient(
            self.app,
            base_url=BASE_URL,
            headers=headers,
            follow_redirects=False,
            raise_server_exceptions=True,
        )
