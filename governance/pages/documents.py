"""The documents: in force, older ones, what changed between two, and accepting a new one."""

from typing import Annotated, Any

from fastapi import Depends, Request
from pydantic import Field
from starlette.responses import PlainTextResponse, Response

from app.core.shapes import Shape
from app.core.words import say
from app.http.access import Anyone, MemberDep, ViewerDep
from app.http.deps import ClockDep, ReaderDep, SessionDep
from app.http.forms import SentDep
from app.http.pages import after_post, page_router, render
from app.members.actor import Actor, Verb, require
from app.members.consent import accept
from governance.documents import versions_of
from governance.models.law import Slug
from governance.pages import shelf
from governance.queries import agreed_views
from governance.shown.agreed import review_shown
from governance.shown.words import type_word

router = page_router()

OWN_PAGES = {Slug.TERMS: "/terms", Slug.PRIVACY: "/privacy", Slug.CODE_OF_CONDUCT: "/rules"}


async def slug_in_path(slug: str) -> Slug:
    """Read which document is meant. Raises: NotFound."""
    return shelf.slug_of(slug)


SlugInPath = Annotated[Slug, Depends(slug_in_path)]


def url_of(slug: Slug) -> str:
    """Return the page of a document."""
    return OWN_PAGES.get(slug, f"/coop/documents/{slug.value}")


class AcceptForm(Shape):
    """Which version a member accepts: the one that they were shown."""

    version: int = Field(ge=1, le=1_000_000)


@router.get("/terms")
def get_terms(request: Request, session: ReaderDep, actor: ViewerDep, clock: ClockDep) -> Response:
    """Show the terms in force."""
    return _document(request, session, Slug.TERMS, actor, clock)


@router.get("/privacy")
def get_privacy(
    request: Request, session: ReaderDep, actor: ViewerDep, clock: ClockDep
) -> Response:
    """Show the privacy notice in force."""
    return _document(request, session, Slug.PRIVACY, actor, clock)


@router.get("/rules")
def get_rules(request: Request, session: ReaderDep, actor: ViewerDep, clock: ClockDep) -> Response:
    """Show the code of conduct in force."""
    return _document(request, session, Slug.CODE_OF_CONDUCT, actor, clock)


@router.get("/coop/documents", dependencies=[Anyone])
def get_shelf(request: Request, session: ReaderDep, clock: ClockDep) -> Response:
    """List the documents in force, and what else we agreed on, with its day of review."""
    now = clock.now()
    return render(
        request,
        "governance/documents.html",
        shelf=shelf.all_in_force(session, now=now),
        agreed=[(one, review_shown(one)) for one in agreed_views(session, now=now)],
        type_word=type_word,
        url_of=url_of,
    )


@router.get("/coop/documents/{slug}")
def get_document(
    request: Request, slug: SlugInPath, session: ReaderDep, actor: ViewerDep, clock: ClockDep
) -> Response:
    """Show a document in force."""
    return _document(request, session, slug, actor, clock)


@router.get("/coop/documents/{slug}/versions", dependencies=[Anyone])
def get_versions(
    request: Request, slug: SlugInPath, session: ReaderDep, clock: ClockDep
) -> Response:
    """List all versions of a document, with the decisions that made them."""
    versions = versions_of(session, slug)
    current = shelf.document_shown(session, slug, now=clock.now())
    return render(
        request,
        "governance/versions.html",
        versions=versions,
        origins=shelf.origins_of(session, versions),
        current=current,
        now=clock.now(),
        **_around(slug),
    )


@router.get("/coop/documents/{slug}/versions/{number:int}")
def get_version(
    request: Request,
    slug: SlugInPath,
    number: int,
    session: ReaderDep,
    actor: ViewerDep,
    clock: ClockDep,
) -> Response:
    """Show a version of a document, in force or not."""
    return _document(request, session, slug, actor, clock, number=number)


@router.get("/coop/documents/{slug}/versions/{number:int}.txt", dependencies=[Anyone])
def get_text(slug: SlugInPath, number: int, session: ReaderDep) -> Response:
    """Serve the text of a version, letter by letter: what its hash is of."""
    version = shelf.version_of(session, slug, number)
    return PlainTextResponse(version.text)


@router.get("/terms/diff/{before:int}..{after:int}", dependencies=[Anyone])
def get_terms_difference(
    request: Request, before: int, after: int, session: ReaderDep
) -> Response:
    """Show what changed in the terms from one version to another."""
    return _difference(request, session, Slug.TERMS, before, after)


@router.get("/coop/documents/{slug}/diff/{before:int}..{after:int}", dependencies=[Anyone])
def get_difference(
    request: Request, slug: SlugInPath, before: int, after: int, session: ReaderDep
) -> Response:
    """Show what changed in a document from one version to another."""
    return _difference(request, session, slug, before, after)


@router.get("/coop/documents/{slug}/accept")
def get_accept(
    request: Request, slug: SlugInPath, session: ReaderDep, actor: MemberDep, clock: ClockDep
) -> Response:
    """Show a member what changed since the version that they accepted, and ask for a yes."""
    return render(request, "governance/accept.html", **_asking(session, slug, actor, clock))


@router.post("/coop/documents/{slug}/accept")
def post_accept(
    request: Request,
    slug: SlugInPath,
    sent: SentDep,
    session: SessionDep,
    actor: MemberDep,
    clock: ClockDep,
) -> Response:
    """Accept the version that was shown."""
    require(actor, Verb.ACCEPT_TERMS)
    number = sent.read(AcceptForm).version
    accept(
        session,
        member_id=actor.member_id,
        slug=slug.value,
        version=number,
        via="web",
        now=clock.now(),
    )
    session.flush()  # What is still to be accepted is read back.
    rest = shelf.waiting_consents(session, actor.member_id, now=clock.now())
    to = f"/coop/documents/{rest[0].required.slug}/accept" if rest else url_of(slug)
    return after_post(
        request, to=to, said=say("Thank you. You have accepted version {n}.", n=number)
    )


def _document(
    request: Request,
    session: ReaderDep,
    slug: Slug,
    actor: Actor | None,
    clock: ClockDep,
    *,
    number: int | None = None,
) -> Response:
    now = clock.now()
    shown = shelf.document_shown(session, slug, now=now, number=number)
    is_member = actor is not None and actor.is_member
    return render(
        request,
        "governance/document.html",
        shown=shown,
        changing=shelf.changing(session, slug) if is_member else [],
        consent=shelf.consent_to(session, actor.member_id, slug, now=now) if actor else None,
        now=now,
        **_around(slug),
    )


def _difference(
    request: Request, session: ReaderDep, slug: Slug, before: int, after: int
) -> Response:
    return render(
        request,
        "governance/difference.html",
        marks=shelf.difference(session, slug, before=before, after=after),
        before=shelf.version_of(session, slug, before),
        after=shelf.version_of(session, slug, after),
        **_around(slug),
    )


def _asking(session: ReaderDep, slug: Slug, actor: Actor, clock: ClockDep) -> dict[str, Any]:
    now = clock.now()
    shown = shelf.document_shown(session, slug, now=now)
    consent = shelf.consent_to(session, actor.member_id, slug, now=now)
    marks = None
    if consent is not None and consent.accepted:
        after = consent.required.version
        marks = shelf.difference(session, slug, before=consent.accepted, after=after)
    return {"shown": shown, "consent": consent, "marks": marks, "now": now, **_around(slug)}


def _around(slug: Slug) -> dict[str, Any]:
    return {"slug": slug.value, "url": url_of(slug)}
