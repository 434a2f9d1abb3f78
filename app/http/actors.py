"""Who calls: how a cookie or a bearer token becomes an actor. `app/wiring.py` says by whom."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TypeAlias

from sqlalchemy.orm import Session

from app.core.records import Record
from app.members.actor import Actor

ActorOf: TypeAlias = Callable[[Session, str, datetime], Actor | None]


class Touch(Protocol):
    """Notes that a browser session or a token was used."""

    def __call__(self, session: Session, secret_hash: str, /, *, now: datetime) -> None:
        """Note it in the transaction of `session`."""
        ...


def _nobody(_session: Session, _secret_hash: str, _now: datetime) -> Actor | None:
    return None


def _unseen(_session: Session, _secret_hash: str, /, *, now: datetime) -> None:
    assert now.tzinfo is not None


class Callers(Record):
    """The two ways in. Each takes the SHA-256 of a secret and the present moment."""

    of_session: ActorOf = _nobody
    of_token: ActorOf = _nobody
    touch: Touch = _unseen
    touch_token: Touch = _unseen
