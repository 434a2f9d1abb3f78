"""What use cases need in order to write to somebody: see `app.http.letters` for who can."""

from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session


class Letters(Protocol):
    """Writes mails from templates and owes them in the caller's transaction."""

    def owe(
        self,
        session: Session,
        name: str,
        *,
        to: str,
        locale: str | None,
        now: datetime,
        **context: Any,
    ) -> None:
        """Owe the letter `name` to the address, in the language, with the context."""
        ...
