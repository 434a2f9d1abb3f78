"""Another site, with people who have keys: it answers over the loopback, and sends signed."""

import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any, Final

from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from fastapi.testclient import TestClient
from httpx2 import Response

from app.core.duties import Handlers
from app.core.net import Net
from app.core.runner import Runner
from app.federation.asking import _is_refused, own_hosts, site_signer
from app.federation.fetching import Fetcher
from app.federation.inbox import duties, owed
from app.federation.inbox.door import InboxDoor
from app.federation.inbox.elsewhere import Elsewhere
from app.federation.inbox.senders import Senders
from app.federation.inbox.work import Here
from app.federation.ours import Ours
from app.federation.signatures.forms import Form
from app.federation.signatures.keys import PrivateKey, Signer, public_pem
from app.federation.signatures.messages import Message
from app.federation.signatures.signing import sign
from app.wiring import duty_handlers
from tests.fakes import clock_of
from tests.federation.reading import ACTIVITY, BASE, URLS
from tests.federation.signatures.other import rsa_key
from tests.mastodon.apps import Site
from tests.sites import Site as Server

PUBLIC: Final = "https://www.w3.org/ns/activitystreams#Public"


@cache
def another_key() -> RSAPrivateKey:
    """A second key, for who changes theirs."""
    return generate_private_key(65_537, 2_048)


@dataclass
class There:
    """The other site. `host` has its own name in each test, so that nothing of it is known."""

    site: Site
    server: Server
    net: Net
    host_name: str = "far.example"
    documents: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    is_away: bool = False

    def __post_init__(self) -> None:
        kernel = self.site.kernel
        self._numbers = itertools.count(1)
        self._keys: dict[str, PrivateKey] = {}
        self.server.pages = _Any(self._answer)
        fetcher = Fetcher(
            self.net.fetch,
            signer=partial(site_signer, kernel),
            clock=kernel.clock,
            here=own_hosts(kernel),
            refuses=partial(_is_refused, kernel),
            scheme="http",
        )
        limiter = self.site.app.state.limiter
        senders = Senders(kernel.db, kernel.clock, fetcher, limiter)
        self.site.app.state.inbox = InboxDoor(kernel, senders, limiter)
        here = Here(Ours(URLS), own_hosts(kernel))
        elsewhere = Elsewhere(kernel.db, kernel.clock, fetcher, here.ours)
        self.handlers: Handlers = {
            **duty_handlers(kernel),
            owed.PROCESS: partial(duties.process_received, here=here),
            owed.FETCH: partial(duties.fetch_for, here=here, elsewhere=elsewhere),
        }
        refresh = partial(duties.refresh_person, here=here, elsewhere=elsewhere)
        self.handlers = {**self.handlers, owed.REFRESH: refresh}
        self.runner = Runner(kernel.db.write, self.handlers, kernel.clock)
        self.client = TestClient(self.site.app, base_url=BASE)

    @property
    def host(self) -> str:
        """The host with its port."""
        return f"{self.host_name}:{self.server.port}"

    def url(self, path: str) -> str:
        """Return an address of this site."""
        return f"http://{self.host}{path}"

    def person(self, name: str, /, **more: Any) -> str:
        """Let somebody live there; return their id."""
        uri = self.url(f"/users/{name}")
        key = self._keys.setdefault(uri, rsa_key())
        self.documents[f"/users/{name}"] = {
            "id": uri,
            "type": "Person",
            "preferredUsername": name,
            "inbox": f"{uri}/inbox",
            "followers": f"{uri}/followers",
            "endpoints": {"sharedInbox": self.url("/inbox")},
            "publicKey": {
                "id": f"{uri}#main-key",
                "owner": uri,
                "publicKeyPem": public_pem(key),
            },
            **more,
        }
        return uri

    def give(self, path: str, document: Mapping[str, Any]) -> str:
        """Answer with a document at `path`, whose id that is; return the id."""
        self.documents[path] = {"id": self.url(path), **document}
        return self.url(path)

    def with_key(self, uri: str, key: PrivateKey) -> None:
        """Let somebody have another key from now on, here and in their document."""
        self._keys[uri] = key
        self.documents[uri.removeprefix(self.url(""))]["publicKey"]["publicKeyPem"] = public_pem(
            key
        )

    def new_id(self, what: str = "acts") -> str:
        """Return an id that nothing has yet."""
        return self.url(f"/{what}/{next(self._numbers)}")

    def act(self, kind: str, by: str, what: Any, **more: Any) -> dict[str, Any]:
        """Return an activity."""
        context = "https://www.w3.org/ns/activitystreams"
        return {
            "@context": context,
            "id": self.new_id(),
            "type": kind,
            "actor": by,
            "object": what,
        } | more

    def send(
        self,
        activity: Mapping[str, Any] | bytes,
        *,
        by: str | None = None,
        to: str = "/inbox",
        key: PrivateKey | None = None,
        form: Form = Form.CAVAGE,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Send an activity, signed by its actor, or by another one's key."""
        body = activity if isinstance(activity, bytes) else json.dumps(activity).encode()
        if by is None:
            assert not isinstance(activity, bytes)
            by = str(activity["actor"])
        message = Message.sent("POST", f"{BASE}{to}", {"Content-Type": ACTIVITY}, body=body)
        signer = Signer(f"{by}#main-key", key or self._keys.get(by, rsa_key()))
        signed = sign(message, signer, form, now=clock_of(self.site.kernel).now())
        sent = {"Content-Type": ACTIVITY} | signed | dict(headers or {})
        return self.client.post(to, content=body, headers=sent)

    def deliver(self, *activities: Mapping[str, Any], **given: Any) -> None:
        """Send activities, which are taken, and have them worked through."""
        for activity in activities:
            answer = self.send(activity, **given)
            assert answer.status_code == 202, answer.text
        self.work()

    def work(self) -> None:
        """Do what is due about what was received."""
        for _ in range(5):
            for kind in (owed.PROCESS, owed.FETCH, owed.REFRESH):
                self.runner.run_until_idle(kind=kind)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path_qs)
        if self.is_away:
            return web.Response(status=503)
        if request.path == "/.well-known/webfinger":
            name = request.query["resource"].removeprefix("acct:").partition("@")[0]
            host = request.headers["Host"]
            link = {"rel": "self", "type": ACTIVITY, "href": f"http://{host}/users/{name}"}
            return web.json_response({"subject": f"acct:{name}@{host}", "links": [link]})
        found = self.documents.get(request.path)
        if found is None:
            return web.Response(status=404)
        if isinstance(found, int):
            return web.Response(status=found)
        body = json.dumps(found).encode()
        return web.Response(body=body, headers={"Content-Type": ACTIVITY})


class _Any(dict[str, Any]):
    """Gives one page for every path."""

    def __init__(self, page: Any) -> None:
        super().__init__()
        self._page = page

    def __missing__(self, _path: str) -> Any:
        return self._page
