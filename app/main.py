"""The composition root: one FastAPI application out of all packages."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from fastapi import APIRouter, FastAPI

from app.core.kernel import Kernel
from app.core.net import open_net
from app.federation import nodeinfo
from app.federation import routes as for_sites
from app.federation.asking import open_fetcher
from app.federation.inbox.door import open_door
from app.federation.resolving import Resolver
from app.http.letters import open_letters
from app.http.routes import connect
from app.http.setup import set_up
from app.http.urls import Urls
from app.mastodon import routers as for_apps
from app.mastodon.badges import KeptBadges
from app.mastodon.known import KnownCallers
from app.mastodon.render import Renderer
from app.mastodon.streams.desk import Streams
from app.members.passwords import Hasher
from app.panels import PANELS
from app.web import (
    addresses,
    announcing,
    archive,
    audit,
    authorize,
    calendar,
    compose,
    correspondence,
    desk,
    drafts,
    embed,
    emojis,
    feeds,
    files,
    filters,
    founding,
    holding,
    home,
    join,
    letters,
    lists,
    login,
    mailbox,
    notifications,
    people_lists,
    place,
    polls,
    posts,
    profile,
    profile_settings,
    quotes,
    removal,
    reports,
    search,
    settings,
    severed,
    suggestions,
    tags,
    visitors,
    welcome,
)
from app.wiring import ARCHIVE_PARTS, CALLERS, EFFECTS, crews
from dues import api as paying_api
from dues import pages as paying
from governance import api as deciding_api
from governance import pages as deciding

STOP_SECONDS = 20
ROUTERS: Sequence[APIRouter] = (
    visitors.router,
    files.router,
    feeds.router,  # Before what takes "tea.rss" for a tag, and "ada.rss" for a person.
    home.router,
    compose.router,
    removal.router,
    drafts.router,
    correspondence.router,
    notifications.router,
    people_lists.router,
    lists.router,
    filters.router,
    tags.router,
    suggestions.router,
    announcing.router,
    emojis.router,
    holding.router,
    reports.router,
    profile_settings.router,
    search.router,
    polls.router,
    quotes.router,
    addresses.router,
    embed.router,
    posts.acts,
    posts.router,
    profile.router,
    founding.router,
    join.router,
    login.router,
    authorize.router,
    place.router,
    welcome.router,
    settings.router,
    letters.router,
    archive.router,
    severed.router,
    desk.router,
    audit.router,
    mailbox.router,
    calendar.router,
    nodeinfo.router,
    *for_sites.ROUTERS,
    *for_apps.ROUTERS,
    *deciding.ROUTERS,
    *deciding_api.ROUTERS,
    *paying.ROUTERS,
    *paying_api.ROUTERS,
)


def create_app(kernel: Kernel, *, with_worker: bool = False) -> FastAPI:
    """Build the service on `kernel`; `with_worker` also does due duties in this process."""
    app = FastAPI(
        title="Commonhold",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # We tell nobody.
        lifespan=_lifespan(kernel, with_worker=with_worker),
    )
    set_up(app, kernel, panels=PANELS, callers=CALLERS)
    app.state.effects = EFFECTS
    app.state.effect_payloads = {kind: effect.payload for kind, effect in EFFECTS.items()}
    app.state.archive_parts = ARCHIVE_PARTS
    app.state.hasher = Hasher()
    app.state.known_callers = KnownCallers()
    urls = Urls(kernel.settings.base_url, kernel.keyring)
    badges = KeptBadges(kernel.clock)
    app.state.renderer = Renderer(urls, app.state.emojis, badges)
    app.state.streams = Streams.of(kernel, app.state.renderer)
    app.state.letters = open_letters(kernel)
    app.state.inbox = open_door(kernel, app.state.limiter)
    app.state.resolver = Resolver(kernel, open_fetcher(kernel, open_net(kernel.settings)))
    connect(app, ROUTERS)
    return app


def _lifespan(
    kernel: Kernel, *, with_worker: bool
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        runners = crews(kernel) if with_worker else {}
        threads = {name: runner.run_beside(name) for name, runner in runners.items()}
        yield
        app.state.streams.close()
        app.state.streams.stop()
        for runner in runners.values():
            runner.stop()
        if with_worker:  # A film in hand is given up: whoever comes next does it again.
            threads["worker"].join(STOP_SECONDS)
            threads["courier"].join(STOP_SECONDS)  # What is on its way would be sent again.
        app.state.hasher.close()
        app.state.porter.close()
        kernel.close()

    return lifespan
