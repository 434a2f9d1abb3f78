"""Tags by their names."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import Invalid
from app.core.upsert import insert_missing
from app.core.words import say
from app.statuses.models import Tag
from app.text.entities import Hashtag, find_entities


def checked_tag(name: str) -> str:
    """Return the one spelling of a tag, with or without its sign. Raises: Invalid."""
    written = f"#{name.strip().removeprefix('#')}"
    found = next(iter(find_entities(written)), None)
    if not isinstance(found, Hashtag) or found.end != len(written):
        raise Invalid(say("Tag is invalid"), name=say("Write a tag as in a post, such as #ferry."))
    return found.key


def find_tag(session: Session, name: str) -> Tag | None:
    """Return the tag of that name if any post, or anybody, ever used it. Raises: Invalid."""
    return session.scalar(select(Tag).where(Tag.name == checked_tag(name)))


def tag_for(session: Session, name: str, *, now: datetime) -> Tag:
    """Return the tag of that name, made now if it was never used. Raises: Invalid."""
    key = checked_tag(name)
    insert_missing(session, Tag, name=key, created_at=now)
    return session.scalars(select(Tag).where(Tag.name == key)).one()
