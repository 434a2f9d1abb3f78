"""The frame of every page: the co-op's name, who looks, how they like it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from app.core.crypto import hash_secret
from app.core.kernel import Kernel
from app.http.access import MemberDep, SignedInDep
from app.http.pages import page_router, render
from app.instance.models import Coop
from app.instance.presets import Preset
from app.main import create_app
from app.members.models import Member, WebSession
from app.members.offices import Office
from app.members.states import MemberState
from tests.factories import NOON, make_member
from tests.fakes import FixedClock
from tests.http.conftest import BOTH, PROBE

pytestmark = BOTH

PAGE = PROBE.replace('"plain"', '"house"')


@pytest.fixture
def browser(kernel: Kernel, tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """A browser at the whole product, with a page for members and one for applicants."""
    app = create_app(kernel)
    router = page_router()

    @router.get("/mine")
    def get_mine(_actor: MemberDep, request: Request) -> Response:
        return render(request, "probe.html")

    @router.get("/waiting-room")
    def get_waiting_room(_actor: SignedInDep, request: Request) -> Response:
        return render(request, "probe.html")

    app.include_router(router)
    folder = tmp_path_factory.mktemp("templates")
    (folder / "probe.html").write_text(PAGE)
    app.state.pages.environment.loader.searchpath.append(str(folder))
    return TestClient(
        app,
        base_url="https://riverside.example",
        headers={"accept": "text/html"},
        follow_redirects=False,
    )


def found(session: Session) -> None:
    session.add(
        Coop(
            name="Riverside",
            tagline="",
            currency="USD",
            preset=Preset.SMALL,
            contact="a@riverside.example",
            founded_at=NOON,
        )
    )


def sign_in(kernel: Kernel, browser: TestClient, **given: Any) -> int:
    with kernel.db.write.begin() as session:
        found(session)
        member = make_member(session, username="maren", **given)
        session.add(
            WebSession(
                member_id=member.id,
                secret_hash=hash_secret("maren"),
                created_at=NOON - timedelta(hours=3),
                last_seen_at=NOON - timedelta(hours=3),
            )
        )
        found_id = member.id
    browser.cookies.set("__Host-s", "maren")
    return found_id


def test_a_member_sees_their_own_frame(kernel: Kernel, browser: TestClient) -> None:
    sign_in(kernel, browser)
    text = browser.get("/mine").text
    assert "– Riverside</title>" in text
    assert 'href="/@maren"' in text
    assert "My duties" not in text
    assert "htmx.min.js" in text


def test_an_officer_has_duties_until_the_very_end(
    kernel: Kernel, browser: TestClient, clock: FixedClock
) -> None:
    sign_in(kernel, browser, offices=[Office.TREASURER])
    assert "My duties" in browser.get("/mine").text
    clock.advance(days=170)
    browser.cookies.set("__Host-s", "maren")
    with kernel.db.write.begin() as session:
        browser_session = session.scalars(select(WebSession)).one()
        browser_session.created_at = browser_session.last_seen_at = clock.now()
    assert "My duties" not in browser.get("/mine").text


def test_taste(kernel: Kernel, browser: TestClient) -> None:
    sign_in(kernel, browser, locale="ar-XB", settings={"theme": "dark"}, time_zone="Nowhere/Land")
    text = browser.get("/mine").text
    assert 'dir="rtl" data-theme="dark"' in text


def test_an_applicant_waits_outside(kernel: Kernel, browser: TestClient) -> None:
    sign_in(kernel, browser, state=MemberState.WAITING)
    assert browser.get("/mine").status_code == 403
    assert browser.get("/waiting-room").status_code == 200


def test_an_error_knows_its_reader(kernel: Kernel, browser: TestClient) -> None:
    sign_in(kernel, browser)
    page = browser.get("/nowhere")
    assert page.status_code == 404
    assert "– Riverside</title>" in page.text
    assert 'href="/home"' in page.text


def seen_at(kernel: Kernel, member_id: int) -> datetime | None:
    with kernel.db.read.begin() as session:
        return session.get_one(Member, member_id).last_seen_at


def test_a_visit_is_noted_once_an_hour(
    kernel: Kernel, browser: TestClient, clock: FixedClock
) -> None:
    member_id = sign_in(kernel, browser)
    browser.get("/mine")
    first = seen_at(kernel, member_id)
    assert first is not None
    clock.advance(minutes=20)
    browser.get("/mine")
    assert seen_at(kernel, member_id) == first
    clock.advance(minutes=50)
    browser.get("/mine")
    later = seen_at(kernel, member_id)
    assert later is not None
    assert later > first
