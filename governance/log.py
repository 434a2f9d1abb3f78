"""The public decision log: one hash chain of what was frozen, opened, closed and carried out.

Entries name members by number and hold hashes instead of texts, so nothing has to be erased.
"""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.core import chain
from governance.seals import LOG, Kind


def record(session: Session, kind: Kind, *, now: datetime, **payload: Any) -> chain.ChainEntry:
    """Append an entry in the caller's transaction, which holds the log's head until it ends."""
    return chain.append(session, LOG, kind=kind.value, payload=payload, now=now)
