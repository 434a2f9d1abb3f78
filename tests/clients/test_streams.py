"""Mastodon.py listens: each of its streams, by server-sent events and by WebSocket."""

import queue
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import websocket
from mastodon import Mastodon, StreamListener
from sqlalchemy import select

from app.accounts.models import Account
from app.core import ids
from app.core.clock import SystemClock
from app.members.actor import Actor
from app.members.models import Member
from app.statuses.service.publish import publish_status
from app.statuses.writing import Writing
from tests.clients.site import ClientSite
from tests.engines import opened

SECONDS = 10


class Listener(StreamListener):
    """Keeps what it hears."""

    def __init__(self) -> None:
        self.heard: queue.Queue[tuple[str, Any]] = queue.Queue()

    def on_any_event(self, name: str, data: Any = None, _for_stream: Any = None) -> None:
        """Keep an event."""
        self.heard.put((name, data))

    def next(self, name: str) -> Any:
        """Return what the next event of a name says; others are passed over."""
        while True:
            found, data = self.heard.get(timeout=SECONDS)
            if found == name:
                return data

    def on_websocket_error(self, error: Any, _for_stream: Any = None) -> None:
        """Keep what the site says to a wish that it does not grant."""
        self.heard.put(("refused", str(error)))

    def on_abort(self, err: Exception) -> None:
        """Take an end as it comes."""


@dataclass
class Ears:
    """Streams of one token. They end with it: their own `close` waits for the next event."""

    api: Mastodon
    handles: list[Any] = field(default_factory=list)

    def hear(self, stream: Callable[..., Any], *about: Any, **given: Any) -> Listener:
        """Listen to a stream of Mastodon.py."""
        listener = Listener()
        self.handles.append(stream(*about, listener, run_async=True, **given))
        return listener

    def end(self) -> None:
        """Take the token back; all that hear by it must be cut off within 5 s."""
        self.api.revoke_access_token(allow_http=True)
        deadline = time.monotonic() + 5
        while any(handle.is_alive() for handle in self.handles) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not [handle for handle in self.handles if handle.is_alive()]
        self.api.session.close()


def test_mastodon_py_hears_posts_where_they_belong(site: ClientSite) -> None:
    api, noor = site.mastodon(), site.mastodon("noor")
    noor_id = api.account_lookup("noor").id
    api.account_follow(noor_id)
    boats = api.list_create("Boats")
    api.list_accounts_add(boats.id, [noor_id])
    assert api.stream_healthy()
    ears = Ears(api)
    user, public, local = map(ears.hear, (api.stream_user, api.stream_public, api.stream_local))
    tag = ears.hear(api.stream_hashtag, "weir")
    local_tag = ears.hear(api.stream_hashtag, "weir", local=True)
    listed, direct = ears.hear(api.stream_list, boats.id), ears.hear(api.stream_direct)
    notices = ears.hear(api.stream_user_notifications)
    everywhere = (user, public, local, tag, local_tag, listed)
    status = noor.status_post("The #weir is open, @maren")
    for listener in everywhere:
        assert listener.next("update").id == status.id
    assert notices.next("notification").status.id == status.id
    noor.status_update(status.id, "The #weir is closed, @maren")
    for listener in everywhere:
        assert "closed" in listener.next("status.update").content
    noor.status_delete(status.id)
    for listener in everywhere:
        assert listener.next("delete") == status.id
    letter = noor.status_post("@maren come over", visibility="direct")
    assert direct.next("conversation").last_status.id == letter.id
    assert public.heard.empty()
    api.list_delete(boats.id)
    api.account_unfollow(noor_id)
    ears.end()
    noor.status_post("Nobody hears this")
    assert public.heard.empty()


def test_mastodon_py_hears_several_channels_on_one_socket(site: ClientSite) -> None:
    api, noor = site.mastodon(), site.mastodon("noor")
    user, public, nothing = Listener(), Listener(), Listener()
    handle: Any = api.stream_open_websocket()  # type: ignore[no-untyped-call]
    api.stream_user(user, websocket_handle=handle)
    api.stream_public(public, websocket_handle=handle)
    handle.subscribe("weather", listener=nothing)
    # Wishes are heard in turn: with this answer, the others were granted.
    assert "Unknown stream type" in nothing.next("refused")
    status = noor.status_post("Hear me, @maren")
    assert public.next("update").id == status.id
    assert user.next("notification").status.id == status.id
    api.revoke_access_token(allow_http=True)
    deadline = time.monotonic() + 5
    while handle.is_alive() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not handle.is_alive()
    handle.connection.shutdown()  # It keeps its socket where the other side closes first.


def test_what_another_process_writes_is_heard(site: ClientSite) -> None:
    ears = Ears(api := site.mastodon())
    public = ears.hear(api.stream_public)
    with opened(site.live.environment["COMMONHOLD_DATABASE_URL"]) as db:
        ids.configure(node=900, now_ms=lambda: int(time.time() * 1000))
        with db.write.begin() as session:
            named = select(Member).join(Account, Account.id == Member.account_id)
            noor = session.scalars(named.where(Account.username == "noor")).one()
            actor, now = Actor(noor.id, noor.account_id), SystemClock().now()
            written = publish_status(session, actor, Writing(text="From afar"), now=now).id
    assert public.next("update").id == str(written)
    ears.end()


def test_a_token_in_an_address_stays_out_of_the_log(site: ClientSite) -> None:
    token = str(site.mastodon().access_token)
    address = site.url.replace("http", "ws") + "/api/v1/streaming/?stream=user&access_token="
    socket = websocket.create_connection(address + token)
    socket.send('{"type": "subscribe", "stream": "weather"}')
    assert "Unknown stream type" in socket.recv()
    socket.close()
    with pytest.raises(websocket.WebSocketBadStatusException, match="401"):
        websocket.create_connection(address + "guessed-by-somebody")
    assert token not in site.live.log()
    assert "guessed-by-somebody" not in site.live.log()
