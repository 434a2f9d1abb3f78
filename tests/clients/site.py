"""A running site, and a browser at it in which its members say yes to programs."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import httpx2
from fastapi.testclient import TestClient
from mastodon import Mastodon

from app.core.clock import SystemClock
from app.instance.service import found_coop
from app.members.consent import in_force
from app.members.passwords import Hasher
from app.members.register import Newcomer, enter
from tests.engines import opened
from tests.kernels import assemble, riverside
from tests.live import PASSWORD, LiveSite
from tests.pages import Browser

PEOPLE = ("maren", "noor")
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
SCOPES = ["read", "write", "follow", "push", "profile"]
CODE = re.compile(r'id="code">([\w-]+)<')


@dataclass(frozen=True)
class ClientSite:
    """A site that runs, with ada, its founder, and PEOPLE."""

    live: LiveSite

    @property
    def url(self) -> str:
        """Where it answers."""
        return self.live.url

    @property
    def password(self) -> str:
        """The password of everybody here."""
        return PASSWORD

    def consent(self, url: str, *, name: str = "maren") -> str:
        """Sign in, say yes to the program that sent the browser to `url`, return the code."""
        client = httpx2.Client(base_url=self.url, headers={"accept": "text/html"})
        with client:
            browser = Browser(cast(TestClient, client))
            browser.visit(browser.led_to(url))
            page = browser.follow(browser.send("/login", login=name, password=PASSWORD))
            assert "May it act for you?" in page
            whole = {**browser.form("/oauth/authorize").values, "answer": "yes"}
            answer = client.post("/oauth/authorize", data=whole)
            if answer.status_code == 303:
                return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]
            found = CODE.search(answer.text)
            assert found is not None, answer.text
            return found[1]

    def mastodon(self, name: str = "maren", **given: Any) -> Mastodon:
        """Return Mastodon.py signed in as the member, by code, as its users do it."""
        client_id, secret = Mastodon.create_app("tests", SCOPES, api_base_url=self.url)
        api = Mastodon(client_id, secret, api_base_url=self.url, **given)
        url = api.auth_request_url(scopes=SCOPES, allow_http=True)
        code = self.consent(url, name=name)
        api.log_in(code=code, scopes=SCOPES, allow_http=True)
        return api


@contextmanager
def client_site(folder: Path, *, database_url: str) -> Iterator[ClientSite]:
    """Found and serve a site on the migrated database; stop it at the end."""
    environment = {"COMMONHOLD_DATABASE_URL": database_url, "COMMONHOLD_TEST_OPEN": "1"}
    live = LiveSite(folder, environment=environment)
    _settle(folder, database_url)
    try:
        live.start()
        yield ClientSite(live)
    finally:
        live.stop()


def _settle(folder: Path, database_url: str) -> None:
    """Found the co-op and add its members; by the command, each of them would take seconds."""
    hasher = Hasher(threads=1)
    password_hash, now = hasher.hash_now(PASSWORD), SystemClock().now()
    hasher.close()
    with opened(database_url) as db:
        assemble(riverside(database_url, folder), db, SystemClock())
        with db.write.begin() as session:
            founder = Newcomer("ada", "ada@mail.example", password_hash)
            found_coop(session, name="Riverside", founder=founder, via="test", now=now)
            for name in PEOPLE:
                newcomer = Newcomer(name, f"{name}@mail.example", password_hash)
                accepts = in_force(session, at=now)
                enter(session, newcomer, at_once=True, accepts=accepts, via="test", now=now)
