"""Two of our sites, each a process of its own, which reach each other by the loopback."""

import asyncio
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx2

from tests.live import LiveSite
from tests.loops import loop_thread
from tests.tls import Authority

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
def pair(
    folder: Path, urls: tuple[str, str], *, authority: Authority | None = None
) -> Iterator[tuple[End, End]]:
    """Run two sites, with the databases of the two URLs; stop them at the end.

    With an authority they are reached by https alone, and believe in that authority.
    """
    hosts = ("river.example", "hill.example")
    sites = [LiveSite(folder / host) for host in hosts]
    scheme, lines, ends = "http" if authority is None else "https", [], []
    with ExitStack() as stack:
        for host, site, url, member in zip(hosts, sites, urls, ("ines", "kim"), strict=True):
            site.folder.mkdir(parents=True)
            port = site.port
            if authority is not None:
                port = stack.enter_context(tls_before(port, authority.server_context(host)))
                site.environment["SSL_CERT_FILE"] = str(authority.file)
            lines.append(f"{host} 127.0.0.1:{port}\n")
            site.environment |= {
                "COMMONHOLD_BASE_URL": f"{scheme}://{host}",
                "COMMONHOLD_DATABASE_URL": url,
                "COMMONHOLD_TEST_RESOLVE": str(folder / "hosts"),
                "COMMONHOLD_TEST_ALLOW": "127.0.0.0/8",
                "COMMONHOLD_TEST_OPEN": "1",
            }
            ends.append(End(site, host, member))
        (folder / "hosts").write_text("".join(lines))
        for end in ends:
            stack.callback(end.site.stop)
            end.settle()
            stack.enter_context(end.client)
            end.site.start()
        yield ends[0], ends[1]


@contextmanager
def tls_before(port: int, context: ssl.SSLContext) -> Iterator[int]:
    """Speak TLS in front of a port, as a reverse proxy does; yield the port to be asked."""

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:  # Nobody serves there at the moment.
            writer.close()
            return
        await asyncio.gather(_pump(reader, inner_writer), _pump(inner_reader, writer))

    with loop_thread() as loop:
        server = loop.run(asyncio.start_server(pass_on, "127.0.0.1", 0, ssl=context))
        yield int(server.sockets[0].getsockname()[1])
        loop.run(_closed(server))


async def _closed(server: asyncio.Server) -> None:
    server.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    writer.close()
