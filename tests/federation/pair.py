"""Two of our sites, each a process of its own, which reach each other by the loopback."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx2

from tests.live import LiveSite

T = TypeVar("T")
PATIENCE_SECONDS = 40
SCOPES = "read write follow push profile"


@dataclass
class End:
    """One of the two sites, with a member on it and an app of theirs."""

    site: LiveSite
    host: str
    member: str
    client: httpx2.Client = field(init=False)

    @property
    def address(self) -> str:
        """How the member is called elsewhere."""
        return f"{self.member}@{self.host}"

    def settle(self) -> None:
        """Found the co-op, and let the member in."""
        self.site.command("migrate")
        found = ("--name", self.host, "--founder", self.member, "--email", f"a@{self.host}")
        self.site.command("found", *found, "--password", "correct horse battery staple")
        ran = self.site.command("member", "token", self.member, "--scopes", SCOPES)
        self.client = httpx2.Client(
            base_url=f"http://127.0.0.1:{self.site.port}",
            headers={"authorization": f"Bearer {ran.stdout.strip().splitlines()[-1]}"},
            timeout=30,
        )

    def get(self, path: str, **params: Any) -> Any:
        """Return what the API answers."""
        answer = self.client.get(path, params=params)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    def post(self, path: str, **values: Any) -> Any:
        """Do something by the API; return what it answers."""
        answer = self.client.post(path, json=values)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    def find(self, other: "End") -> str:
        """Look the other member up by their address; return their id here."""
        found = self.get("/api/v2/search", q=f"@{other.address}", resolve="true", type="accounts")
        assert [one["acct"] for one in found["accounts"]] == [other.address], found
        return str(found["accounts"][0]["id"])


def eventually(look: Callable[[], T], *ends: End) -> T:
    """Return what a look finds, once it does not raise any more."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return look()
        except (AssertionError, LookupError, httpx2.TransportError):
            if time.monotonic() > deadline:
                for end in ends:
                    print(f"== {end.host}\n{end.site.log()[-6_000:]}")
                raise
            time.sleep(0.2)


@contextmanager
def pair(folder: Path, urls: tuple[str, str]) -> Iterator[tuple[End, End]]:
    """Run two sites, with the databases of the two URLs; stop them at the end."""
    hosts = ("river.example", "hill.example")
    sites = [LiveSite(folder / host) for host in hosts]
    book = folder / "hosts"
    book.write_text(
        "".join(f"{h} 127.0.0.1:{s.port}\n" for h, s in zip(hosts, sites, strict=True))
    )
    ends = []
    for host, site, url, member in zip(hosts, sites, urls, ("ines", "kim"), strict=True):
        site.folder.mkdir(parents=True)
        site.environment = {
            "COMMONHOLD_BASE_URL": f"http://{host}",
            "COMMONHOLD_DATABASE_URL": url,
            "COMMONHOLD_TEST_RESOLVE": str(book),
            "COMMONHOLD_TEST_ALLOW": "127.0.0.0/8",
            "COMMONHOLD_TEST_OPEN": "1",
        }
        ends.append(End(site, host, member))
    try:
        for end in ends:
            end.settle()
            end.site.start()
        yield ends[0], ends[1]
    finally:
        for end in ends:
            end.site.stop()
