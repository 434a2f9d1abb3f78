"""What every page shows around its content: the co-op's name, and who is looking."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo

from sqlalchemy import Connection
from sqlalchemy.orm import Session
from starlette.requests import HTTPConnection

from app.core.crypto import hash_secret
from app.core.kernel import Kernel
from app.http.actors import Callers
from app.http.cookies import SESSION, read_cookie
from app.members.actor import Actor


@dataclass(frozen=True, slots=True)
class Site:
    """The co-op as every page names it."""

    name: str
    domain: str
    currency: str = "USD"
    is_founded: bool = False


@dataclass(frozen=True, slots=True)
class Viewer:
    """The member who looks at the page."""

    username: str
    name: str
    avatar_url: str
    has_duties: bool


@dataclass(frozen=True, slots=True)
class Shell:
    """The site, who looks at it, and how they want it shown."""

    site: Site
    actor: Actor | None = None
    viewer: Viewer | None = None
    language: str | None = None
    zone: tzinfo = UTC
    theme: str | None = None  # "light" or "dark"; None follows the system.
    new_since: datetime | None = None  # Notices wait that came after this moment.


async def furnish(connection: HTTPConnection) -> Shell:
    """Look up once for each request what its page shows around the content."""
    found: Shell | None = getattr(connection.state, "shell", None)
    if found is None:
        kernel: Kernel = connection.app.state.kernel
        secret, now = read_cookie(connection, SESSION), kernel.clock.now()

        callers: Callers = connection.app.state.callers

        def look(hot: Connection) -> Shell:
            actor = None
            if secret is not None:
                actor = callers.of_session(Session(hot), hash_secret(secret), now)
            return read_shell(Session(hot), kernel=kernel, actor=actor)

        found = await kernel.db.hot(look)
        connection.state.shell = found
    return found


def shell_of(connection: HTTPConnection) -> Shell:
    """Return what was looked up; a bare frame if the request failed before."""
    found: Shell | None = getattr(connection.state, "shell", None)
    return found or Shell(bare_site(connection.app.state.kernel))


def read_shell(_session: Session, *, kernel: Kernel, actor: Actor | None) -> Shell:
    """Read the site, and how the actor wants to see it."""
    return replace(Shell(bare_site(kernel)), actor=actor)


def bare_site(kernel: Kernel) -> Site:
    """Return the site as it is called before it is founded, or when nothing can be read."""
    return Site(name=kernel.settings.domain, domain=kernel.settings.domain)
