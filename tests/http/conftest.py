"""A small application under the web's common parts, with people who sign in by name."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel, Field
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from app.core.crypto import hash_secret
from app.core.duties import Duty
from app.core.errors import Conflict, Invalid
from app.core.facts import KernelFact
from app.core.kernel import Kernel
from app.core.records import replace
from app.core.words import say
from app.http.access import (
    Anyone,
    ApiActorDep,
    ConfirmedMemberDep,
    MemberDep,
    ViewerDep,
    confirmed_office,
    office,
    scope,
)
from app.http.actors import Callers
from app.http.deps import ReaderDep, SessionDep
from app.http.forms import SentDep
from app.http.media import PicturesDep
from app.http.pages import after_post, page_router, render
from app.http.panels import Panels
from app.http.setup import set_up
from app.members.actor import Actor
from app.members.offices import Office
from tests.engines import ENGINES, copied
from tests.factories import NOON

ADA = Actor(1, 11)
SESSION = "__Host-s"
PEOPLE = {
    "ada": ADA,
    "treasurer": replace(ADA, offices=frozenset({Office.TREASURER})),
    "treasurer, just confirmed": replace(
        ADA, offices=frozenset({Office.TREASURER}), reauthenticated_at=NOON
    ),
    "just confirmed": replace(ADA, reauthenticated_at=NOON),
    "reads only": replace(ADA, scopes=frozenset({"read"})),
    "votes": replace(ADA, scopes=frozenset({"coop:vote"})),
}


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """SQLite, unless a module of tests asks for BOTH: most here is about HTTP, not storage."""
    with copied(request, getattr(request, "param", "sqlite"), tmp_path) as url:
        yield url


BOTH = pytest.mark.parametrize("database_url", ENGINES, indirect=True)


def _look_up(_session: Session, secret_hash: str, _now: datetime) -> Actor | None:
    by_hash = {hash_secret(name): actor for name, actor in PEOPLE.items()}
    return by_hash.get(secret_hash)


class Wish(BaseModel):
    name: str = Field(min_length=1, max_length=5)
    count: int = Field(default=1, ge=1)
    tags: list[str] = Field(default=[], max_length=2)


pages = page_router()


@pages.get("/open")
def get_open(_viewer: ViewerDep, request: Request) -> Response:
    return render(request, "probe.html")


@pages.get("/mine")
def get_mine(_actor: MemberDep, request: Request) -> Response:
    return render(request, "probe.html")


@pages.get("/secret")
def get_secret(_actor: ConfirmedMemberDep, request: Request) -> Response:
    return render(request, "probe.html")


@pages.get("/till")
def get_till(
    _actor: Annotated[Actor, office(Office.TREASURER, Office.ADMIN)], request: Request
) -> Response:
    return render(request, "probe.html")


@pages.get("/till/open")
@pages.post("/till/open")
@pages.post("/till/{number}/empty")
def open_till(
    _actor: Annotated[Actor, confirmed_office(Office.TREASURER)], request: Request
) -> Response:
    return render(request, "probe.html")


@pages.post("/wish", dependencies=[Anyone])
def post_wish(request: Request, sent: SentDep, session: SessionDep) -> Response:
    try:
        session.execute(text("INSERT INTO kernel_facts (name, value) VALUES ('wish', 'made')"))
        wish = sent.read(Wish)
        if wish.name == "taken":
            raise Invalid(say("Something is to mend."), name=say("That name is taken."))
    except Invalid as fault:
        return sent.again("probe.html", fault)
    return after_post(request, to="/open", said=say("Hello {name}.", name=wish.name))


@pages.post("/pictures")
def post_pictures(received: PicturesDep, _session: SessionDep) -> Response:
    ids = ",".join(str(media_id) for media_id in received.media_ids)
    fault = received.fault.fields["pictures"] if received.fault else ""
    return Response(f"{ids}|{fault}")


@pages.get("/reads-that-write", dependencies=[Anyone])
def get_writing(session: ReaderDep) -> Response:
    session.execute(text("INSERT INTO kernel_facts (name, value) VALUES ('wish', 'made')"))
    return Response()


@pages.get("/breaks/{how}", dependencies=[Anyone])
def get_breaking(how: str, session: SessionDep) -> Response:
    if how == "conflict":
        raise Conflict(say("It is closed."))
    if how == "race":
        for _ in range(2):
            session.execute(text("INSERT INTO kernel_facts (name, value) VALUES ('a', 'b')"))
    raise RuntimeError("the password is hunter2")


class Note(BaseModel):
    text: str = "text"
    number: int = 1


def make_probe(kernel: Kernel) -> FastAPI:
    """Build the application."""
    app = FastAPI()
    set_up(app, kernel, panels=Panels(), callers=Callers(of_session=_look_up, of_token=_look_up))
    app.include_router(pages)

    @app.get("/api/coop/v1/notes/{number}")
    def get_note(number: int, session: ReaderDep, text: str = "") -> list[str]:
        session.get(Duty, number)
        found = session.scalars(select(KernelFact.value).where(KernelFact.name == text))
        return list(found)

    @app.post("/api/coop/v1/notes")
    def post_note(note: Note, session: SessionDep) -> str:
        session.get(Duty, note.number)
        session.add(KernelFact(name=note.text, value="kept"))
        return "kept"

    @app.get("/api/coop/v1/any")
    def get_any(actor: ApiActorDep) -> int:
        return actor.member_id

    @app.post("/api/coop/v1/vote")
    def post_vote(wish: Wish, _actor: Annotated[Actor, scope("coop:vote")]) -> str:
        return wish.name

    @app.post("/api/coop/v1/pay")
    def post_pay(_actor: Annotated[Actor, scope("coop:vote", Office.TREASURER)]) -> str:
        return "paid"

    return app


PROBE = """
{% extends "base.html" %}
{% set shell = "plain" %}
{% block title %}{% trans %}Probe{% endtrans %}{% endblock %}
{% block main %}
{{ forms.summary(form) }}
<form method="post" action="/wish">{{ forms.csrf() }}
{{ forms.field(form, "name", _("Name")) }}
{{ forms.field(form, "password", _("Password"), type="password") }}
{{ forms.ticks(form, "tags", _("Tags"), [("a", "A"), ("b", "B")]) }}
</form>
{% endblock %}
"""


@pytest.fixture
def probe(kernel: Kernel, tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """The application, with one template of its own."""
    app = make_probe(kernel)
    folder = tmp_path_factory.mktemp("templates")
    (folder / "probe.html").write_text(PROBE)
    loader = app.state.pages.environment.loader
    loader.searchpath.append(str(folder))
    return app


@pytest.fixture
def client(probe: FastAPI) -> Iterator[TestClient]:
    """A browser that follows nothing by itself."""
    with TestClient(
        probe,
        base_url="https://riverside.example",
        headers={"accept": "text/html"},
        follow_redirects=False,
        raise_server_exceptions=False,
    ) as client:
        yield client


@pytest.fixture
def program(probe: FastAPI) -> Iterator[TestClient]:
    """A program that wants JSON."""
    with TestClient(
        probe, base_url="https://riverside.example", raise_server_exceptions=False
    ) as client:
        yield client


def ticket_of(html: str) -> str:
    """Return the ticket of the first form on a page."""
    return html.partition('name="csrf" value="')[2].partition('"')[0]
