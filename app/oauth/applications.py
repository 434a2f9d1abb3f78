"""Programs introduce themselves before they ask anybody for anything."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from app.core.crypto import hash_secret, new_secret, same_secret
from app.core.errors import Conflict, Invalid
from app.core.records import Record
from app.core.words import say
from app.oauth.models import AccessToken, Application, AuthorizationCode
from app.oauth.redirects import read_redirect_uris
from app.oauth.scopes import parse_scopes, write_scopes
from app.text.names import one_line

NAME_MAX: Final = 60
WEBSITE_MAX: Final = 2000
# Programs keep what they were given for years; who never came back by then never will.
UNUSED_KEPT_FOR: Final = timedelta(days=90)


class Introduction(Record):
    """What a program says about itself."""

    name: str
    redirect_uris: str | Sequence[str]
    scopes: str = ""
    website: str = ""


class Registered(Record):
    """A program just registered; its secret is never seen again. A public one has none."""

    application: Application
    client_secret: str | None


def register(
    session: Session,
    said: Introduction,
    *,
    client_id: str | None = None,
    client_secret: str | None = None,
    is_public: bool = False,
    now: datetime,
) -> Registered:
    """Register a program. An operator may bring its id and secret along, or give it no secret.

    Raises: Invalid, by field; Conflict if the id is in use.
    """
    name = one_line(said.name, limit=NAME_MAX + 1)
    if not name or len(name) > NAME_MAX:
        fault = say("Client name must have 1 to {most} letters", most=NAME_MAX)
        raise Invalid(fault, client_name=fault)
    if client_id is not None and application_of(session, client_id) is not None:
        raise Conflict(say("There is an application with this id already."))
    secret = None if is_public else client_secret or new_secret()
    application = Application(
        name=name,
        website=_website(said.website),
        client_id=client_id or new_secret(),
        client_secret_hash=None if secret is None else hash_secret(secret),
        redirect_uris=read_redirect_uris(said.redirect_uris),
        scopes=write_scopes(parse_scopes(said.scopes)),
        created_at=now,
    )
    session.add(application)
    session.flush()  # To learn its key.
    return Registered(application, secret)


def application_of(session: Session, client_id: str) -> Application | None:
    """Return the program with the id."""
    return session.scalar(select(Application).where(Application.client_id == client_id))


def is_public(application: Application) -> bool:
    """Return whether the program can keep no secret, so that it has none."""
    return application.client_secret_hash is None


def is_secret_of(application: Application, secret: str) -> bool:
    """Return whether it is the program's secret; a public program has none to tell."""
    wanted = application.client_secret_hash
    return wanted is not None and same_secret(hash_secret(secret), wanted)


def forget_unused(session: Session, *, now: datetime) -> None:
    """Delete old applications that nobody ever gave anything to."""
    of_it = (AccessToken.application_id, AuthorizationCode.application_id)
    idle = [~exists().where(column == Application.id) for column in of_it]
    is_old = Application.created_at <= now - UNUSED_KEPT_FOR
    session.execute(delete(Application).where(is_old, Application.was_used.is_(False), *idle))


def _website(text: str) -> str | None:
    """Return the address that is shown as a link. Raises: Invalid if it could be anything else."""
    website = text.strip()
    if not website:
        return None
    try:
        parts = urlsplit(website)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_web = False
    if not is_web or len(website) > WEBSITE_MAX or not website.isprintable() or " " in website:
        fault = say("Website must be a valid URL")
        raise Invalid(fault, website=fault)
    return website
