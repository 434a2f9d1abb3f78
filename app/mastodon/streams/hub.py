"""Who listens to what, in this process, and how events reach them.

All of it happens in the event loop, but for `heard`, which the courier asks from its thread.
"""

import asyncio
import threading
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final, NamedTuple, TypeAlias, TypeVar

from starlette.types import Message, Send

from app.http.declined import TooMany
from app.mastodon.streams.channels import Subscription
from app.mastodon.streams.messages import Event, Form, Why
from app.oauth.callers import Caller

WAITING_MAX: Final = 100  # Events that wait for an app to take them.
OF_ONE_ACCOUNT_MAX: Final = 30
FROM_ONE_ADDRESS_MAX: Final = 150  # A house, or a school, may stand behind it.
IN_ALL_MAX: Final = 5_000
SUBSCRIPTIONS_MAX: Final = 50
FULL_FOR: Final = timedelta(minutes=1)

K = TypeVar("K")

Audience: TypeAlias = Mapping[Subscription, frozenset[int]]


class Delivery(NamedTuple):
    """An event for those connections of an account that listen to a channel."""

    subscription: Subscription
    account_id: int
    event: Event


class Client:
    """An app that holds a stream open for a member."""

    __slots__ = (
        *("_form", "_pump", "_send", "_waiting", "account_id", "address", "expires_at"),
        *("hears_notices", "is_ended", "scopes", "subscriptions", "token_id"),
    )

    def __init__(self, caller: Caller, *, address: str, form: Form, send: Send) -> None:
        assert caller.actor is not None, "a stream is a member's"
        self.account_id = caller.actor.account_id
        self.token_id = caller.token_id
        self.expires_at = caller.expires_at
        self.scopes = caller.scopes
        self.hears_notices = "read:notifications" in caller.scopes
        self.address = address
        self.subscriptions: set[Subscription] = set()
        self.is_ended = False
        self._form, self._send = form, send
        self._waiting: deque[Message] = deque()
        self._pump: asyncio.Task[None] | None = None

    def tell(self, subscription: Subscription, event: Event) -> None:
        """Send an event as soon as the app takes it."""
        if not event.is_notice or self.hears_notices:
            self.put(self._form.event(subscription, event))

    def beat(self) -> None:
        """Show that the connection lives."""
        if self._form.beat is not None and not self._waiting:
            self.put(self._form.beat)

    def put(self, message: Message) -> None:
        """Send a message as soon as the app takes it; an app that takes none is let go."""
        if self.is_ended:
            return
        if len(self._waiting) >= WAITING_MAX:
            self.end(Why.TOO_SLOW)
            return
        self._queue(message)

    def end(self, why: Why) -> None:
        """Send nothing more, and end the stream as soon as what is on its way is taken."""
        if self.is_ended:
            return
        self.is_ended = True
        self._waiting.clear()
        self._queue(self._form.ending(why))

    def drop(self) -> None:
        """Forget what waits: the app is gone."""
        self.is_ended = True
        self._waiting.clear()
        if self._pump is not None:
            self._pump.cancel()

    def _queue(self, message: Message) -> None:
        self._waiting.append(message)
        # A task only while something waits: a thousand that rest would cost memory.
        if self._pump is None:
            self._pump = asyncio.get_running_loop().create_task(self._send_all())

    async def _send_all(self) -> None:
        try:
            while self._waiting:
                await self._send(self._waiting.popleft())
        except (OSError, RuntimeError):  # It went away, or the server has closed it meanwhile.
            self.is_ended = True
            self._waiting.clear()
        finally:
            self._pump = None


class Hub:
    """The clients of this process."""

    def __init__(self) -> None:
        self._clients: set[Client] = set()
        self._of_account: Counter[int] = Counter()
        self._from_address: Counter[str] = Counter()
        self._heard: dict[Subscription, dict[int, set[Client]]] = defaultdict(dict)
        self._lock = threading.Lock()  # Over what the courier reads: `_heard` and what is in it.
        self.is_open = True

    def __len__(self) -> int:
        """Return how many clients there are."""
        return len(self._clients)

    def join(self, client: Client, *, is_limited: bool = True) -> None:
        """Take the client in. Raises: TooMany beyond what one account, house or process may hold.

        While the process stops, the stream ends as soon as it begins.
        """
        if is_limited and self._is_full(client):
            raise TooMany(FULL_FOR, {"Retry-After": str(int(FULL_FOR.total_seconds()))})
        self._clients.add(client)
        self._of_account[client.account_id] += 1
        self._from_address[client.address] += 1
        if not self.is_open:
            client.end(Why.STOPPING)

    def leave(self, client: Client) -> None:
        """Let the client go, and all that was kept for it."""
        for subscription in list(client.subscriptions):
            self.unsubscribe(client, subscription)
        client.drop()
        self._clients.discard(client)
        _count_out(self._of_account, client.account_id)
        _count_out(self._from_address, client.address)

    def subscribe(self, client: Client, subscription: Subscription) -> None:
        """Let the client hear a channel."""
        with self._lock:
            client.subscriptions.add(subscription)
            self._heard[subscription].setdefault(client.account_id, set()).add(client)

    def unsubscribe(self, client: Client, subscription: Subscription) -> None:
        """Let the client hear a channel no longer; nothing happens if it did not."""
        if subscription not in client.subscriptions:
            return
        with self._lock:
            client.subscriptions.discard(subscription)
            accounts = self._heard[subscription]
            clients = accounts[client.account_id]
            clients.discard(client)
            if not clients:
                del accounts[client.account_id]
            if not accounts:
                del self._heard[subscription]

    def heard(self) -> Audience:
        """Return which accounts listen to which channels. May be called from any thread."""
        with self._lock:
            return {what: frozenset(accounts) for what, accounts in self._heard.items()}

    def hand_out(self, deliveries: Iterable[Delivery]) -> None:
        """Give events to those who listen."""
        for subscription, account_id, event in deliveries:
            for client in self._heard.get(subscription, {}).get(account_id, ()):
                client.tell(subscription, event)

    def end_token(self, token_id: int) -> None:
        """End the streams of a token."""
        self._end_if(lambda client: client.token_id == token_id)

    def end_account(self, account_id: int) -> None:
        """End the streams of an account; its apps may come back if they are still let in."""
        self._end_if(lambda client: client.account_id == account_id)

    def end_all(self, why: Why) -> None:
        """End all streams; the apps may come back."""
        for client in self._clients:
            client.end(why)

    def close(self) -> None:
        """End all streams, and whatever begins from now on: the process stops."""
        self.is_open = False
        self.end_all(Why.STOPPING)

    def beat(self) -> None:
        """Show all clients that their connection lives."""
        for client in self._clients:
            client.beat()

    def end_expired(self, *, now: datetime) -> None:
        """End the streams whose tokens have run out."""
        self._end_if(lambda client: client.expires_at is not None and client.expires_at <= now)

    def _end_if(self, is_meant: Callable[[Client], bool]) -> None:
        for client in self._clients:
            if is_meant(client):
                client.end(Why.UNTRUSTED)

    def _is_full(self, client: Client) -> bool:
        return (
            len(self._clients) >= IN_ALL_MAX
            or self._of_account[client.account_id] >= OF_ONE_ACCOUNT_MAX
            or self._from_address[client.address] >= FROM_ONE_ADDRESS_MAX
        )


def _count_out(counter: Counter[K], key: K) -> None:
    counter[key] -= 1
    if not counter[key]:
        del counter[key]
