"""Domain events: told to whoever was wired to listen, in the transaction that publishes them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from sqlalchemy.orm import Session

Listener: TypeAlias = Callable[[Session, Any], None]
Listeners: TypeAlias = Mapping[type, Sequence[Listener]]


def publish(session: Session, event: object) -> None:
    """Call the listeners of `event` now; if one fails, the caller's transaction fails too.

    A listener writes rows and schedules duties. It calls no other machine.
    """
    listeners: Listeners = session.info["listeners"]
    for listener in listeners.get(type(event), ()):
        listener(session, event)
