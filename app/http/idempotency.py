"""Calls that may be sent twice: the same key and body get the stored answer, nothing twice.

What was asked and answered may be a ballot. So it is kept under keys that are made from the
caller's token, which we do not have: whoever reads the database, even with our root key, learns
neither whose answers these are nor what they say.
"""

import functools
import inspect
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Final

import orjson
from fastapi import Depends
from fastapi.encoders import jsonable_encoder
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from app.core.crypto import Keyring
from app.core.errors import Conflict, Invalid
from app.core.ids import new_id
from app.core.records import Record
from app.core.upsert import insert_into
from app.core.words import say
from app.http.answers import StoredAnswer, forget_old_answers
from app.http.bearer import bearer_token
from app.http.deps import ClockDep, KernelDep, SessionDep
from app.http.routes import LateRoute
from app.http.tickets import SAFE

HEADER: Final = "idempotency-key"
KEY_MAX: Final = 255
REPLAYED: Final = {"Idempotency-Replayed": "true"}


class Slip(Record):
    """A caller's key and what they ask, as signatures under keys that only their token gives."""

    keys: Keyring
    caller: str
    key: str
    request: str


class Once:
    """The request's slip, if it brought a key, and what to do about it."""

    def __init__(self, session: Session, slip: Slip | None, *, now: datetime) -> None:
        self._session = session
        self._slip = slip
        self._now = now

    def run(self, call: Callable[[], Any], *, status: int) -> Any:
        """Make the call, or return what it was answered before.

        Raises: Conflict if the key came before with another request.
        """
        if self._slip is None:
            return call()
        if not self._reserve(self._slip):
            return self._stored(self._slip)
        answer = call()
        self._keep(self._slip, answer, status)
        return answer

    def _reserve(self, slip: Slip) -> bool:
        """Take the key. A second request with it waits here until the first is committed."""
        values = {
            "id": new_id(),
            "caller": slip.caller,
            "key": slip.key,
            "request": slip.request,
            "created_at": self._now.replace(minute=0, second=0, microsecond=0),
        }
        forget_old_answers(self._session, now=self._now)
        insert = insert_into(self._session, StoredAnswer).values(values)
        taken = insert.on_conflict_do_nothing().returning(StoredAnswer.id)
        return self._session.execute(taken).scalar() is not None

    def _stored(self, slip: Slip) -> Response:
        found = self._row(slip)
        if found.request != slip.request:
            raise Conflict(say("This Idempotency-Key was used before for another request."))
        assert found.status is not None
        assert found.sealed is not None
        body = slip.keys.unseal("answer", found.sealed)
        return Response(body, found.status, headers=REPLAYED, media_type="application/json")

    def _keep(self, slip: Slip, answer: Any, status: int) -> None:
        found = self._row(slip)
        if isinstance(answer, Response):
            found.status, body = answer.status_code, bytes(answer.body)
        else:
            found.status, body = status, orjson.dumps(jsonable_encoder(answer))
        found.sealed = slip.keys.seal("answer", body)

    def _row(self, slip: Slip) -> StoredAnswer:
        key = (StoredAnswer.caller == slip.caller, StoredAnswer.key == slip.key)
        return self._session.scalars(select(StoredAnswer).where(*key)).one()


def slip_of(keyring: Keyring, *, token: str, key: str, request: bytes) -> Slip:
    """Return what is written down of a call."""
    secret = keyring.sign("idempotency", token.encode("utf-8", "surrogatepass"))
    keys = Keyring(bytes.fromhex(secret))
    return Slip(
        keys,
        caller=keys.sign("caller", b""),
        key=keys.sign("key", key.encode("utf-8", "surrogatepass")),
        request=keys.sign("request", request),
    )


async def read_request(request: Request) -> bytes:
    """Return what makes two requests the same: method, address and body."""
    head = f"{request.method} {request.url.path}?{request.url.query}\n".encode()
    return head + await request.body()


def once_of(
    request: Request,
    session: SessionDep,
    kernel: KernelDep,
    clock: ClockDep,
    asked: Annotated[bytes, Depends(read_request)],
) -> Once:
    """Read the request's key. Raises: Invalid if it is too long."""
    key = request.headers.get(HEADER)
    if key is None:
        return Once(session, None, now=clock.now())
    if not 0 < len(key) <= KEY_MAX:
        raise Invalid(say("An Idempotency-Key has 1 to {n} characters.", n=KEY_MAX))
    token = bearer_token(request.headers.get("authorization", "")) or ""
    slip = slip_of(kernel.keyring, token=token, key=key, request=asked)
    return Once(session, slip, now=clock.now())


class RepeatableRoute(LateRoute):
    """A route whose writes may be sent twice with an Idempotency-Key."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **given: Any) -> None:
        if not SAFE.issuperset(given.get("methods") or ("GET",)):
            endpoint = repeatable(endpoint, status=given.get("status_code") or 200)
        super().__init__(path, endpoint, **given)


def repeatable(endpoint: Callable[..., Any], *, status: int) -> Callable[..., Any]:
    """Wrap a synchronous endpoint, so that it runs once for each key."""
    assert not inspect.iscoroutinefunction(endpoint), "writes of the API are synchronous"

    @functools.wraps(endpoint)
    def run_once(*, _once: Once, **given: Any) -> Any:
        return _once.run(lambda: endpoint(**given), status=status)

    signature = inspect.signature(endpoint)
    extra = inspect.Parameter(
        "_once", inspect.Parameter.KEYWORD_ONLY, annotation=Annotated[Once, Depends(once_of)]
    )
    parameters = [*signature.parameters.values(), extra]
    run_once.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    return run_once
