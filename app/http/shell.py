"""What every page shows around its content: the co-op's name, and who is looking."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session
from starlette.requests import HTTPConnection

from app.accounts.models import Account
from app.core.crypto import hash_secret
from app.core.kernel import Kernel
from app.core.records import Record, replace
from app.emojis.book import NO_EMOJIS, EmojiBook, KeptEmojis, emojis_rev
from app.http.actors import Callers
from app.http.cookies import SESSION, read_cookie
from app.http.faces import avatar_url
from app.http.panels import Panels
from app.http.seen import Seen
from app.instance.models import Coop
from app.members.actor import Actor
from app.members.models import Member


class Site(Record):
    """The co-op as every page names it."""

    name: str
    domain: str
    base_url: str
    tagline: str = ""
    currency: str = "USD"
    is_founded: bool = False
    emojis_rev: int = 0


class Viewer(Record):
    """The person who looks at the page."""

    username: str
    name: str
    avatar_url: str
    has_duties: bool


class Shell(Record):
    """The site, who looks at it, and how they want it shown."""

    site: Site
    actor: Actor | None = None
    viewer: Viewer | None = None
    language: str | None = None
    zone: tzinfo = UTC
    theme: str | None = None  # "light" or "dark"; None follows the system.
    new_since: datetime | None = None  # Notices wait that came after this moment.
    emojis: EmojiBook = NO_EMOJIS

    @property
    def is_outside(self) -> bool:
        """Whether somebody is signed in whom the co-op does not count as a member."""
        return self.actor is not None and not self.actor.is_member


async def furnish(connection: HTTPConnection) -> Shell:
    """Look up once for each request what its page shows around the content."""
    found: Shell | None = getattr(connection.state, "shell", None)
    if found is None:
        found = await _look_up(connection)
        connection.state.shell = found
    return found


async def _look_up(connection: HTTPConnection) -> Shell:
    kernel: Kernel = connection.app.state.kernel
    callers: Callers = connection.app.state.callers
    panels: Panels = connection.app.state.panels
    emojis: KeptEmojis = connection.app.state.emojis
    secret, now = read_cookie(connection, SESSION), kernel.clock.now()
    secret_hash = None if secret is None else hash_secret(secret)

    def look(hot: Connection) -> Shell:
        session = Session(hot)
        actor = callers.of_session(session, secret_hash, now) if secret_hash else None
        shell = read_shell(session, kernel=kernel, panels=panels, actor=actor, now=now)
        return replace(shell, emojis=emojis.book(hot, shell.site.emojis_rev))

    shell = await kernel.db.hot(look)
    if shell.actor is not None and secret_hash is not None:
        seen: Seen = connection.app.state.seen
        await seen.note(kernel, callers.touch, secret_hash)
    return shell


def shell_of(connection: HTTPConnection) -> Shell:
    """Return what was looked up; a bare frame if the request failed before."""
    found: Shell | None = getattr(connection.state, "shell", None)
    return found or Shell(bare_site(connection.app.state.kernel))


def read_shell(
    session: Session, *, kernel: Kernel, panels: Panels, actor: Actor | None, now: datetime
) -> Shell:
    """Read the site, and how the actor wants to see it."""
    site = read_site(session, kernel)
    if actor is None:
        return Shell(site)
    columns = (Account.username, Account.display_name, Account.avatar_key)
    taste = (Member.locale, Member.time_zone, Member.settings)
    theirs = select(*columns, *taste).join(Member, Member.account_id == Account.id)
    row = session.execute(theirs.where(Account.id == actor.account_id)).one_or_none()
    if row is None:
        return Shell(site, actor)
    return Shell(
        site=site,
        actor=actor,
        viewer=Viewer(
            username=row.username,
            name=row.display_name or row.username,
            avatar_url=avatar_url(actor.account_id, row.avatar_key),
            has_duties=bool(actor.offices),
        ),
        language=row.locale,
        zone=zone_of(row.time_zone),
        theme=row.settings.get("theme"),
        new_since=panels.new_since_of(session, actor, now),
    )


def read_site(session: Session, kernel: Kernel) -> Site:
    """Read what the co-op is called."""
    bare = bare_site(kernel)
    columns = select(Coop.name, Coop.tagline, Coop.currency, emojis_rev())
    row = session.execute(columns).one_or_none()
    if row is None:
        return bare
    return replace(
        bare,
        name=row.name,
        tagline=row.tagline,
        currency=row.currency,
        is_founded=True,
        emojis_rev=row.emojis_rev,
    )


def bare_site(kernel: Kernel) -> Site:
    """Return the site as it is called before it is founded, or when nothing can be read."""
    domain = kernel.settings.address_domain
    return Site(name=domain, domain=domain, base_url=kernel.settings.base_url)


def zone_of(name: str) -> tzinfo:
    """Return the time zone of that name; UTC if this machine does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
