"""Outgoing HTTP: what is never asked, and who is believed to be whom."""

import asyncio
import socket
from collections.abc import Sequence
from pathlib import Path

import pytest

from app.core.addresses import read_rule
from app.core.net import (
    Ask,
    Lookup,
    Net,
    NotAllowed,
    Unreachable,
    look_up_in_file,
    open_net,
)
from app.core.settings import Settings
from app.core.wire import AiohttpWire, _Resolver
from tests.loops import Loop
from tests.sites import FAR, NEAR, Site, found_at, opened
from tests.tls import make_authority

NEVER_ASKED = [
    pytest.param("file:///etc/passwd", id="a file"),
    pytest.param("ftp://far.example/x", id="ftp"),
    pytest.param("gopher://far.example/x", id="gopher"),
    pytest.param("data:text/plain,x", id="data"),
    pytest.param("unix:///run/x.sock", id="a unix socket"),
    pytest.param("javascript:alert(1)", id="script"),
    pytest.param("http://far.example/", id="plain http"),
    pytest.param("https://far.example:22/", id="port 22"),
    pytest.param("https://far.example:25/", id="port 25"),
    pytest.param("https://far.example:80/", id="port 80"),
    pytest.param("https://far.example:5432/", id="port 5432"),
    pytest.param("https://far.example:6379/", id="port 6379"),
    pytest.param("https://far.example:0/", id="port 0"),
    pytest.param("https://far.example:99999/", id="no port"),
    pytest.param("https://user:pass@far.example/", id="a user and a password"),
    pytest.param("https://user@far.example/", id="a user"),
    pytest.param("https://@far.example/", id="an empty user"),
    pytest.param("https://far.example@127.0.0.1/", id="a host as the user"),
    pytest.param("https://far.example\\@127.0.0.1/", id="a backslash"),
    pytest.param("https://far.example/\r\nHost: x", id="a header"),
    pytest.param("https://far .example/", id="a space"),
    pytest.param(" https://far.example/", id="a space before"),
    pytest.param("https://far.example/\0", id="a NUL"),
    pytest.param("https://", id="no host"),
    pytest.param("https:///path", id="no host but a path"),
    pytest.param("//far.example/", id="no scheme"),
    pytest.param("far.example", id="only a name"),
    pytest.param("https://[::1", id="half a bracket"),
    pytest.param("https://far.example/" + "x" * 2048, id="too long"),
    pytest.param("", id="nothing"),
    pytest.param("https://127.0.0.1/", id="this machine"),
    pytest.param("https://127.1/", id="this machine, short"),
    pytest.param("https://2130706433/", id="this machine as a number"),
    pytest.param("https://0x7f000001/", id="this machine in hexadecimal"),
    pytest.param("https://0177.0.0.1/", id="this machine in octal"),
    pytest.param("https://127.0.0.1./", id="this machine with a dot"),
    pytest.param("https://①②⑦.⓪.⓪.①/", id="this machine in circled digits"),
    pytest.param("https://[::1]/", id="this machine in IPv6"),
    pytest.param("https://[::]/", id="any address"),
    pytest.param("https://[::ffff:127.0.0.1]/", id="this machine, mapped"),
    pytest.param("https://[::ffff:7f00:1]/", id="this machine, mapped, in hexadecimal"),
    pytest.param("https://[64:ff9b::7f00:1]/", id="this machine through NAT64"),
    pytest.param("https://[fe80::1%25lo]/", id="a link"),
    pytest.param("https://169.254.169.254/latest/meta-data/", id="the cloud's metadata"),
    pytest.param("https://10.0.0.1/", id="a private net"),
    pytest.param("https://0.0.0.0/", id="the unspecified address"),
    pytest.param("https://localhost/", id="localhost"),
    pytest.param("https://LocalHost/", id="localhost in another case"),
]


@pytest.mark.parametrize("url", NEVER_ASKED)
def test_is_never_asked(strict: Net, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[object] = []
    monkeypatch.setattr(socket.socket, "connect", lambda *args: made.append(args))
    monkeypatch.setattr(asyncio.BaseEventLoop, "sock_connect", lambda *args: made.append(args))
    with pytest.raises(NotAllowed):
        strict.fetch(Ask(url=url))
    assert made == []


@pytest.mark.parametrize(
    "addresses",
    [
        pytest.param(["10.0.0.1"], id="a private address"),
        pytest.param(["8.8.8.8", "127.0.0.1"], id="a public and a private address"),
        pytest.param(["::ffff:8.8.8.8"], id="a mapped address"),
        pytest.param(["fe80::1%eth0"], id="an address on a link"),
        pytest.param(["not an address"], id="no address"),
    ],
)
def test_a_name_with_any_bad_address_is_not_asked(addresses: list[str]) -> None:
    for net in opened(allow=(), lookup=found_at(*addresses)):
        with pytest.raises(NotAllowed):
            net.fetch(Ask(url="https://far.example/"))


def test_the_last_gate_stands_alone() -> None:
    strict = AiohttpWire(
        rule=read_rule([]), lookup=found_at(FAR), user_agent="test", ssl_context=None
    )
    info = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 443))
    with pytest.raises(PermissionError):
        strict._socket(info)


def test_many_addresses_are_all_checked_and_few_are_tried(loop: Loop) -> None:
    public = [f"8.8.{n}.8" for n in range(100)]
    resolver = _Resolver(read_rule([]), found_at(*public))
    assert len(loop.run(resolver.resolve("far.example", 443))) == 8
    with pytest.raises(NotAllowed):
        loop.run(_Resolver(read_rule([]), found_at(*public, NEAR)).resolve("far.example", 443))


def test_tls_names_the_host_that_was_asked(tmp_path: Path, loop: Loop) -> None:
    authority = make_authority(tmp_path)
    site = Site(loop).start(authority.server_context("far.example"))
    site.page("/a", text="hello")
    for net in opened(lookup=found_at(FAR), context=authority.client_context()):
        answer = net.fetch(Ask(url=f"https://far.example:{site.port}/a"))
        assert answer.body == b"hello"
        with pytest.raises(Unreachable, match="Certificate"):
            net.fetch(Ask(url=f"https://other.example:{site.port}/a"))
        with pytest.raises(Unreachable, match="Certificate"):
            net.fetch(Ask(url=f"https://{FAR}:{site.port}/a"))
    assert site.names[:2] == ["far.example", "other.example"]
    assert len(site.asked) == 1
    assert site.asked[0].headers["Host"] == f"far.example:{site.port}"
    site.stop()


def test_an_authority_that_nobody_trusts_is_refused(tmp_path: Path, loop: Loop) -> None:
    site = Site(loop).start(make_authority(tmp_path).server_context("far.example"))
    site.page("/a", text="hello")
    for net in opened(lookup=found_at(FAR)):
        with pytest.raises(Unreachable, match="Certificate"):
            net.fetch(Ask(url=f"https://far.example:{site.port}/a"))
    assert site.asked == []
    site.stop()


def test_a_name_that_moves_after_the_check_gains_nothing(far: Site, loop: Loop) -> None:
    """The name is resolved once for each connection; the second answer points at ourselves."""
    near = Site(loop, NEAR).start()
    answers = [[(FAR, far.port)], [(NEAR, near.port)], [(NEAR, near.port)]]
    asked = iter(answers)

    async def rebind(_host: str, _port: int) -> Sequence[tuple[str, int]]:
        return next(asked)

    url = far.page("/a", text="hello", headers={"Connection": "close"})
    for net in opened(lookup=rebind):
        assert net.fetch(Ask(url=url)).body == b"hello"
        with pytest.raises(NotAllowed, match=NEAR):
            net.fetch(Ask(url=url))
    assert len(far.asked) == 1
    assert near.asked == []
    near.stop()


def test_a_name_without_an_address_is_unreachable() -> None:
    async def unknown(host: str, _port: int) -> Sequence[tuple[str, int]]:
        raise socket.gaierror(-2, f"{host} is not known")

    for net in opened(lookup=unknown):
        with pytest.raises(Unreachable, match="not known"):
            net.fetch(Ask(url="https://far.example/"))


def test_the_environment_plays_no_part(
    net: Net, far: Site, loop: Loop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = Site(loop, NEAR).start()
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
        monkeypatch.setenv(name, f"http://{NEAR}:{proxy.port}")
    (tmp_path / "netrc").write_text("machine far.example login ada password x\n")
    (tmp_path / "netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    net.fetch(Ask(url=far.page("/a", text="hello")))
    assert proxy.asked == []
    assert "Authorization" not in far.asked[0].headers
    proxy.stop()


def test_cookies_are_not_kept(net: Net, far: Site) -> None:
    url = far.page("/a", text="hello", headers={"Set-Cookie": "id=1; Path=/"})
    net.fetch(Ask(url=url))
    net.fetch(Ask(url=url))
    assert ["Cookie" in request.headers for request in far.asked] == [False, False]


def test_a_file_stands_in_for_dns(tmp_path: Path) -> None:
    path = tmp_path / "resolve"
    path.write_text("a.example 127.0.0.2:81\na.example ::1\n\nb.example [::1]:82\nodd\n")
    look_up = look_up_in_file(path)
    assert asyncio.run(_all(look_up, "a.example")) == [("127.0.0.2", 81), ("::1", 443)]
    assert asyncio.run(_all(look_up, "b.example")) == [("::1", 82)]
    with pytest.raises(OSError, match="has no address"):
        asyncio.run(_all(look_up, "localhost"))
    path.write_text("localhost 127.0.0.3\n")
    assert asyncio.run(_all(look_up, "localhost")) == [("127.0.0.3", 443)]


async def _all(look_up: Lookup, host: str) -> Sequence[tuple[str, int]]:
    return list(await look_up(host, 443))


def test_the_settings_open_the_way_out(tmp_path: Path, far: Site) -> None:
    (tmp_path / "resolve").write_text(f"far.example {FAR}:{far.port}\n")
    far.page("/a", text="hello")
    settings = Settings.model_validate(
        {
            "base_url": "https://riverside.example",
            "env": "test",
            "test_allow": f"{FAR}/32:{far.port}",
            "test_resolve": tmp_path / "resolve",
        }
    )
    net = open_net(settings)
    assert net.fetch(Ask(url="http://far.example/a")).body == b"hello"
    agent = far.asked[0].headers["User-Agent"]
    assert agent.startswith("Commonhold/")
    assert agent.endswith(" (+https://riverside.example/)")
    net.close()
