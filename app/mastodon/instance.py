"""What apps ask a site first: what it is called, what it can, and by which rules it lives.

Source: mastodon-api.md 1.8, 4.1, 5.4, 9.4.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

import orjson
from babel import Locale
from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import PlainTextResponse, Response

from app import VERSION
from app.core.errors import NotFound
from app.core.kernel import Kernel
from app.core.settings import Registration
from app.core.words import say
from app.http.deps import ClockDep, KernelDep, ReaderDep
from app.http.faces import OF_THE_COOP_DRAWN
from app.http.languages import PSEUDO
from app.http.pages import Pages, translate
from app.http.panels import Panels, PanelsDep, Paper
from app.http.ready import keep
from app.instance.queries import coop_of, registration_of
from app.mastodon.answers import json
from app.mastodon.configuration import configuration, shared_configuration, streaming_url
from app.mastodon.entities.emoji import emoji_values
from app.mastodon.gate import anyone
from app.mastodon.render import Renderer
from app.mastodon.routes import mastodon_router
from app.mastodon.tools import RendererDep
from app.mastodon.values import moment
from app.members.offices import Office
from app.members.queries import count_members, officers_at
from app.moderation.sites.queries import DecidedSite, decided_sites
from app.moderation.sites.rules import digest_of, shown_in_public
from app.statuses.writing import CHARACTERS_MAX
from app.text.markup import render_line

router = mastodon_router()
v1, v2 = "/api/v1/instance", "/api/v2/instance"

# Clients switch their behaviour on it: it is raised when the row of the specification is true.
API_VERSION: Final = 7
OUR_API_VERSION: Final = 1
SPOKEN: Final = "4.5.0"
CACHED: Final = {"Cache-Control": "public, max-age=15", "Vary": "Authorization, Origin"}
WEEKS: Final = 12
CLOSED: Final = say("New members are invited by those who are here.")
NO_PAPER: Final = say("There is no such document.")


@router.get(v2, dependencies=[anyone()])
def get_instance(
    request: Request,
    session: ReaderDep,
    kernel: KernelDep,
    panels: PanelsDep,
    renderer: RendererDep,
) -> Response:
    """Describe the site."""
    now = kernel.clock.now()
    site = _site(session, kernel, renderer, now)
    described = {
        "domain": kernel.settings.address_domain,
        "title": site["title"],
        "version": version(),
        "source_url": f"{kernel.settings.base_url}/about",
        "description": site["description"],
        "usage": {"users": {"active_month": 0}},
        "thumbnail": {"url": site["thumbnail"], "blurhash": None, "versions": {}},
        "icon": [{"src": site["thumbnail"], "size": "400x400"}],
        "languages": _languages(request),
        "configuration": configuration(kernel),
        "registrations": _registrations(request, session, kernel),
        "api_versions": {"mastodon": API_VERSION, "commonhold": OUR_API_VERSION},
        "contact": {"email": site["contact"], "account": site["account"]},
        "rules": _rules(request, session, panels, now),
    }
    keep(request)
    return _public(described)


@router.get(v1, dependencies=[anyone()])
def get_first_instance(
    request: Request,
    session: ReaderDep,
    kernel: KernelDep,
    panels: PanelsDep,
    renderer: RendererDep,
) -> Response:
    """Describe the site to programs of an older kind."""
    now = kernel.clock.now()
    site = _site(session, kernel, renderer, now)
    settings = shared_configuration()
    polls = settings["polls"]
    registrations = _registrations(request, session, kernel)
    described = {
        "uri": kernel.settings.address_domain,
        "title": site["title"],
        "short_description": site["description"],
        "description": site["description"],
        "email": site["contact"],
        "version": version(),
        "urls": {"streaming_api": streaming_url(kernel)},
        "stats": {"user_count": count_members(session), "status_count": 0, "domain_count": 0},
        "thumbnail": site["thumbnail"],
        "languages": _languages(request),
        "registrations": registrations["enabled"],
        "approval_required": registrations["approval_required"],
        "invites_enabled": True,
        "configuration": settings,
        "contact_account": site["account"],
        "rules": _rules(request, session, panels, now),
        "max_toot_chars": CHARACTERS_MAX,
        "poll_limits": {
            "max_options": polls["max_options"],
            "max_option_chars": polls["max_characters_per_option"],
            "min_expiration": polls["min_expiration"],
            "max_expiration": polls["max_expiration"],
        },
    }
    keep(request)
    return _public(described)


@router.get("/api/v1/custom_emojis", dependencies=[anyone()])
def get_emojis(request: Request, session: ReaderDep, renderer: RendererDep) -> Response:
    """List the co-op's own emoji that are in use."""
    book = renderer.book(session.connection())
    keep(request)
    return _public([emoji_values(emoji, renderer.urls) for emoji in book.by_code.values()])


@router.get(f"{v1}/rules", dependencies=[anyone()])
def get_rules(
    request: Request, session: ReaderDep, panels: PanelsDep, clock: ClockDep
) -> Response:
    """List the house rules."""
    return _public(_rules(request, session, panels, clock.now()))


@router.get(f"{v1}/extended_description", dependencies=[anyone()])
def get_description(session: ReaderDep) -> Response:
    """Say in more words what this is."""
    coop = coop_of(session)
    if coop is None:
        raise NotFound(NO_PAPER)
    return _public({"updated_at": moment(coop.founded_at), "content": _paragraph(coop.tagline)})


@router.get(f"{v1}/privacy_policy", dependencies=[anyone()])
def get_privacy(session: ReaderDep, panels: PanelsDep, clock: ClockDep) -> Response:
    """Show the privacy notice in force, as the members ratified it."""
    paper = panels.paper_of(session, "privacy", clock.now())
    if paper is None:
        raise NotFound(NO_PAPER)
    return _public({"updated_at": moment(paper.since), "content": paper.html})


@router.get(f"{v1}/terms_of_service", dependencies=[anyone()])
def get_terms(session: ReaderDep, panels: PanelsDep, clock: ClockDep) -> Response:
    """Show the terms in force, as the members ratified them."""
    return _terms(session, panels, clock.now(), lambda paper: paper.since <= clock.now())


@router.get(f"{v1}/terms_of_service/{{day}}", dependencies=[anyone()])
def get_terms_of(day: date, session: ReaderDep, panels: PanelsDep, clock: ClockDep) -> Response:
    """Show the terms that came into force on a day."""
    return _terms(session, panels, clock.now(), lambda paper: paper.since.date() == day)


@router.get(f"{v1}/languages", dependencies=[anyone()])
def get_languages(request: Request) -> Response:
    """List the languages that the site speaks."""
    locales = [(tag, Locale.parse(tag, sep="-")) for tag in _languages(request)]
    return _public([{"code": tag, "name": found.get_display_name()} for tag, found in locales])


@router.get(f"{v1}/translation_languages", dependencies=[anyone()])
def get_translation_languages() -> Response:
    """Say that no text of members is sent away to be translated."""
    return _public({})


@router.get(f"{v1}/peers", dependencies=[anyone()])
def get_peers() -> Response:
    """List the other sites that this one knows."""
    return _public([])


@router.get("/api/v1/peers/search", dependencies=[anyone()])
def search_peers() -> Response:
    """Find other sites by name."""
    return _public([])


@router.get(f"{v1}/domain_blocks", dependencies=[anyone()])
def get_domain_blocks(session: ReaderDep, kernel: KernelDep) -> Response:
    """List the sites that the members decided to refuse, each with the page of its decision."""
    base = kernel.settings.base_url
    return _public([_refused(one, base) for one in decided_sites(session)])


def _refused(one: DecidedSite, base: str) -> Mapping[str, Any]:
    return {
        "domain": shown_in_public(one.rule),
        "digest": digest_of(one.rule),
        "severity": one.rule.severity.value,
        "comment": one.rule.public_comment,
        "decision_url": f"{base}/coop/proposals/{one.decision_id}",
    }


@router.get(f"{v1}/activity", dependencies=[anyone()])
def get_activity(clock: ClockDep) -> Response:
    """Tell nothing about how busy people were: numbers are hidden."""
    monday = clock.now().date() - timedelta(days=clock.now().weekday())
    weeks = [monday - timedelta(weeks=number) for number in range(WEEKS)]
    return _public([_week(week) for week in weeks])


@router.get("/health", dependencies=[anyone()])
async def get_health() -> Response:
    """Say that the site answers."""
    return PlainTextResponse("OK")


def version() -> str:
    """Return our version as clients parse it: three numbers of Mastodon's come first."""
    return f"{SPOKEN} (compatible; Commonhold {VERSION})"


def _public(value: Any) -> Response:
    answer = json(value)
    answer.headers.update(CACHED)
    return answer


def _site(session: Session, kernel: Kernel, renderer: Renderer, now: datetime) -> dict[str, Any]:
    coop = coop_of(session)
    admins = [o.account.id for o in officers_at(session, at=now) if o.office is Office.ADMIN]
    people = renderer.accounts(session.connection(), admins[:1])
    return {
        "title": coop.name if coop else kernel.settings.address_domain,
        "description": coop.tagline if coop else "",
        "contact": coop.contact if coop else "",
        "thumbnail": renderer.urls.stored(OF_THE_COOP_DRAWN),
        "account": orjson.Fragment(people[0]) if people else None,
    }


def _registrations(request: Request, session: Session, kernel: Kernel) -> dict[str, Any]:
    how = registration_of(session, kernel.settings)
    is_open = how in (Registration.OPEN, Registration.APPLICATION)
    asks = how is Registration.APPLICATION
    return {
        "enabled": is_open,
        "approval_required": asks,
        "reason_required": asks,
        "message": None if is_open else _paragraph(translate(request, CLOSED)),
        "min_age": None,
        "url": f"{kernel.settings.base_url}/join",
    }


def _rules(
    request: Request, session: Session, panels: Panels, now: datetime
) -> Sequence[dict[str, Any]]:
    return [
        {"id": str(number), "text": translate(request, rule.text), "hint": "", "translations": {}}
        for number, rule in enumerate(panels.rules_of(session, now), start=1)
    ]


def _terms(
    session: Session, panels: Panels, now: datetime, is_meant: Callable[[Paper], bool]
) -> Response:
    papers = [paper for paper in panels.papers_of(session, "terms") if is_meant(paper)]
    if not papers:
        raise NotFound(NO_PAPER)
    paper = papers[-1]
    return _public(
        {
            "effective_date": paper.since.date().isoformat(),
            "effective": paper.since <= now,
            "content": paper.html,
            "succeeded_by": paper.until.date().isoformat() if paper.until else None,
        }
    )


def _languages(request: Request) -> list[str]:
    pages: Pages = request.app.state.pages
    return [tag for tag in pages.languages.tags if tag != PSEUDO]


def _week(monday: date) -> dict[str, str]:
    week = str(int(datetime.combine(monday, time(), UTC).timestamp()))
    return {"week": week, "statuses": "0", "logins": "0", "registrations": "0"}


def _paragraph(text: str) -> str:
    return f"<p>{render_line(text)}</p>"
