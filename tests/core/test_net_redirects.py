"""Outgoing HTTP: redirects, followed by hand."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from app.core.net import (
    Ask,
    Follow,
    Net,
    NotAllowed,
    TooMuch,
)
from tests.loops import Loop
from tests.sites import FAR, NEAR, Site, found_at, opened
from tests.tls import make_authority


def moved(far: Site, path: str, to: str, status: int = 302) -> str:
    return far.page(path, status=status, headers={"Location": to})


def test_three_redirects_are_followed(net: Net, far: Site) -> None:
    far.page("/end", text="here")
    moved(far, "/3", "end")
    moved(far, "/2", f"http://far.example:{far.port}/3", status=308)
    answer = net.fetch(Ask(url=moved(far, "/1", "/2", status=301)))
    assert (answer.body, answer.url) == (b"here", f"http://far.example:{far.port}/end")


def test_a_fourth_redirect_is_too_much(net: Net, far: Site) -> None:
    far.page("/end", text="here")
    for number, to in ((4, "/end"), (3, "/4"), (2, "/3")):
        moved(far, f"/{number}", to)
    with pytest.raises(TooMuch, match="more than 3 redirects"):
        net.fetch(Ask(url=moved(far, "/1", "/2")))
    assert [request.path for request in far.asked] == ["/1", "/2", "/3", "/4"]


@pytest.mark.parametrize(
    "to", ["/loop", "", "?", "#x"], ids=["itself", "nothing", "query", "part"]
)
def test_a_redirect_loop_ends(net: Net, far: Site, to: str) -> None:
    with pytest.raises(TooMuch):
        net.fetch(Ask(url=moved(far, "/loop", to)))
    assert len(far.asked) == 4


@pytest.mark.parametrize(
    "to",
    [
        pytest.param(f"http://{NEAR}/", id="to ourselves"),
        pytest.param("http://[::1]/", id="to ourselves in IPv6"),
        pytest.param("http://169.254.169.254/latest/", id="to the cloud's metadata"),
        pytest.param("file:///etc/passwd", id="to a file"),
        pytest.param("//user@far.example/", id="with a user"),
        pytest.param("http://[half", id="to no URL"),
    ],
)
@pytest.mark.parametrize("follow", [Follow.SAME_HOST, Follow.ANY_HOST])
def test_a_redirect_is_checked_like_the_first(
    net: Net, far: Site, to: str, follow: Follow
) -> None:
    with pytest.raises(NotAllowed):
        net.fetch(Ask(url=moved(far, "/a", to), follow=follow))


def test_a_redirect_to_another_host_needs_leave(net: Net, far: Site) -> None:
    far.page("/b", text="here")
    url = moved(far, "/a", f"http://other.example:{far.port}/b")
    with pytest.raises(NotAllowed, match="another host"):
        net.fetch(Ask(url=url))
    assert net.fetch(Ask(url=url, follow=Follow.ANY_HOST, again=True)).body == b"here"


def test_another_port_is_another_host(net: Net, far: Site, loop: Loop) -> None:
    other = Site(loop).start()
    with pytest.raises(NotAllowed, match="another host"):
        net.fetch(Ask(url=moved(far, "/a", f"http://far.example:{other.port}/")))
    assert other.asked == []
    other.stop()


def test_another_host_learns_nothing_of_the_first(net: Net, far: Site, loop: Loop) -> None:
    other = Site(loop).start()
    other.page("/b", text="here")
    url = moved(far, "/a", f"http://other.example:{other.port}/b")
    private = {"Authorization": "Bearer x", "Signature": "y", "Accept": "text/html"}
    net.fetch(Ask(url=url, follow=Follow.ANY_HOST, headers=private))
    assert far.asked[0].headers["Authorization"] == "Bearer x"
    assert "Authorization" not in other.asked[0].headers
    assert "Signature" not in other.asked[0].headers
    assert other.asked[0].headers["Accept"] == "text/html"
    other.stop()


def test_each_hop_is_signed_anew(net: Net, far: Site) -> None:
    def sign(method: str, url: str) -> Mapping[str, str]:
        return {"Signature": f"{method} {url}"}

    far.page("/b", text="here")
    url = moved(far, "/a", "/b")
    net.fetch(Ask(url=url, sign=sign))
    assert [request.headers["Signature"] for request in far.asked] == [
        f"GET http://far.example:{far.port}/a",
        f"GET http://far.example:{far.port}/b",
    ]


def test_a_redirect_never_gives_up_tls(tmp_path: Path, far: Site, loop: Loop) -> None:
    authority = make_authority(tmp_path)
    secure = Site(loop).start(authority.server_context("far.example"))
    moved(secure, "/a", far.page("/b", text="here"))
    for net in opened(lookup=found_at(FAR), context=authority.client_context()):
        with pytest.raises(NotAllowed, match="from https to http"):
            net.fetch(Ask(url=f"https://far.example:{secure.port}/a", follow=Follow.ANY_HOST))
    assert far.asked == []
    secure.stop()


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param({"method": "POST", "body": b"x"}, id="of a POST"),
        pytest.param({"follow": Follow.NONE}, id="that nobody wants"),
    ],
)
def test_a_redirect_is_the_answer(net: Net, far: Site, ask: dict[str, Any]) -> None:
    answer = net.fetch(Ask(url=moved(far, "/a", "/b", status=307), **ask))
    assert (answer.status, answer.headers["location"]) == (307, "/b")
