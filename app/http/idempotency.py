"""Calls that may be sent twice: the same key and body get the stored answer, nothing twice."""

import functools
import hashlib
import inspect
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated, Any, Final

import orjson
from fastapi import Depends
from fastapi.encoders import jsonable_encoder
from fastapi.routing import APIRoute
from sqlalchemy import String, UniqueConstraint, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column
from starlette.requests import Request
from starlette.responses import Response

from app.core.errors import Conflict, Invalid
from app.core.ids import new_id
from app.core.orm import Base
from app.core.words import say
from app.http.bearer import bearer_token
from app.http.deps import ClockDep, SessionDep
from app.http.tickets import SAFE

HEADER: Final = "idempotency-key"
KEY_MAX: Final = 255
KEPT_FOR: Final = timedelta(days=7)
REPLAYED: Final = {"Idempotency-Replayed": "true"}


class StoredAnswer(Base):
    """What a call with a key was answered. Written in the transaction of what the call did."""

    __tablename__ = "stored_answers"
    __table_args__ = (UniqueConstraint("caller", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=new_id)
    caller: Mapped[str] = mapped_column(String(64))  # The hash of the token.
    key: Mapped[str] = mapped_column(String(KEY_MAX))
    request_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int | None]
    body: Mapped[bytes | None]
    created_at: Mapped[datetime] = mapped_column(index=True)


class Once:
    """The request's key, if it brought one, and what to do about it."""

    def __init__(
        self, session: Session, *, caller: str, key: str | None, request_hash: str, now: datetime
    ) -> None:
        self._session = session
        self._caller = caller
        self._key = key
        self._request_hash = request_hash
        self._now = now

    def run(self, call: Callable[[], Any], *, status: int) -> Any:
        """Make the call, or return what it was answered before.

        Raises: Conflict if the key came before with another request.
        """
        if self._key is None:
            return call()
        if not self._reserve():
            return self._stored()
        answer = call()
        self._keep(answer, status)
        return answer

    def _reserve(self) -> bool:
        """Take the key. A second request with it waits here until the first is committed."""
        values = {
            "id": new_id(),
            "caller": self._caller,
            "key": self._key,
            "request_hash": self._request_hash,
            "created_at": self._now,
        }
        old = StoredAnswer.created_at < self._now - KEPT_FOR
        self._session.execute(delete(StoredAnswer).where(StoredAnswer.caller == self._caller, old))
        is_sqlite = self._session.get_bind().dialect.name == "sqlite"
        insert = (sqlite if is_sqlite else postgresql).insert(StoredAnswer).values(values)
        taken = insert.on_conflict_do_nothing().returning(StoredAnswer.id)
        return self._session.execute(taken).scalar() is not None

    def _stored(self) -> Response:
        found = self._row()
        if found.request_hash != self._request_hash:
            raise Conflict(say("This Idempotency-Key was used before for another request."))
        assert found.status is not None
        return Response(found.body, found.status, headers=REPLAYED, media_type="application/json")

    def _keep(self, answer: Any, status: int) -> None:
        found = self._row()
        if isinstance(answer, Response):
            found.status, found.body = answer.status_code, bytes(answer.body)
        else:
            found.status, found.body = status, orjson.dumps(jsonable_encoder(answer))

    def _row(self) -> StoredAnswer:
        key = (StoredAnswer.caller == self._caller, StoredAnswer.key == self._key)
        return self._session.scalars(select(StoredAnswer).where(*key)).one()


async def read_request_hash(request: Request) -> str:
    """Return what makes two requests the same: method, address and body."""
    head = f"{request.method} {request.url.path}?{request.url.query}\n".encode()
    return hashlib.sha256(head + await request.body()).hexdigest()


def once_of(
    request: Request,
    session: SessionDep,
    clock: ClockDep,
    request_hash: Annotated[str, Depends(read_request_hash)],
) -> Once:
    """Read the request's key. Raises: Invalid if it is too long."""
    key = request.headers.get(HEADER)
    if key is not None and not 0 < len(key) <= KEY_MAX:
        raise Invalid(say("An Idempotency-Key has 1 to {n} characters.", n=KEY_MAX))
    token = bearer_token(request.headers.get("authorization", "")) or ""
    caller = hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
    return Once(session, caller=caller, key=key, request_hash=request_hash, now=clock.now())


class RepeatableRoute(APIRoute):
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
