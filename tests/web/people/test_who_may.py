"""Every page of the people's side for every kind of person: one table."""

from typing import Final

import pytest
from fastapi.testclient import TestClient

from app.members.actor import Actor
from app.members.offices import Office
from app.members.states import MemberState
from app.statuses.visibility import Visibility
from tests.social import post
from tests.web.people.conftest import House

WHO: Final = ("visitor", "waiting", "left", "suspended", "member", "treasurer", "admin")
# 303 leads a visitor to sign in, or somebody on to where they belong.
TABLE: Final[dict[str, tuple[int, ...]]] = {
    # path: visitor, waiting, left, suspended, member, treasurer, admin
    "/join": (200, 303, 303, 303, 303, 303, 303),
    "/login": (200, 303, 303, 303, 303, 303, 303),
    "/recover": (200, 200, 200, 200, 200, 200, 200),
    "/login/confirm": (303, 200, 200, 200, 200, 200, 200),
    "/place": (303, 200, 200, 200, 303, 303, 303),
    "/welcome": (303, 403, 403, 303, 303, 303, 303),
    "/settings": (303, 200, 200, 200, 200, 200, 200),
    "/settings/account": (303, 200, 200, 200, 200, 200, 200),
    "/settings/password": (303, 200, 200, 200, 200, 200, 200),
    "/settings/security": (303, 200, 200, 200, 200, 200, 200),
    "/settings/apps": (303, 200, 200, 200, 200, 200, 200),
    "/settings/email": (303, 403, 403, 200, 200, 200, 200),
    "/settings/export": (303, 200, 200, 200, 200, 200, 200),
    "/settings/leave": (303, 403, 403, 200, 200, 200, 200),
    "/settings/invitations": (303, 403, 403, 403, 200, 200, 200),
    "/coop/audit": (303, 403, 403, 200, 200, 200, 200),
    "/duties": (303, 403, 403, 403, 403, 200, 200),
    "/coop/calendar": (303, 403, 403, 200, 200, 200, 200),
    "/coop/calendar/anything.ics": (404,) * 7,
    "/duties/admin/applications": (303, 403, 403, 403, 403, 403, 200),
    "/duties/admin/mailbox": (303, 403, 403, 403, 403, 403, 200),
    "/found/anything": (404,) * 7,
    "/recover/new?link=anything": (404,) * 7,
    "/settings/email/confirm?link=anything": (404,) * 7,
}


@pytest.mark.parametrize("who", WHO)
def test_who_may_see_which_page(house: House, who: str) -> None:
    house.found()
    client = _browser_of(house, who)
    column = WHO.index(who)
    found = {path: client.get(path).status_code for path in TABLE}
    assert found == {path: statuses[column] for path, statuses in TABLE.items()}


@pytest.mark.parametrize("who", WHO)
def test_what_is_for_this_co_op_only_is_for_its_members(house: House, who: str) -> None:
    """Who applied, or has left, is signed in and sees no more than a visitor."""
    ada = house.member(house.found())
    client = _browser_of(house, who)
    with house.kernel.db.write.begin() as session:
        author = Actor(ada.id, ada.account_id)
        post(session, author, "For everybody.")
        secret = post(session, author, "For us. #river", visibility=Visibility.LOCAL)
        thread = f"/@ada/{secret.id}"
    is_member = who not in ("visitor", "waiting", "left")
    pages = {path: client.get(path) for path in ("/@ada", "/local", "/tags/river", thread)}
    assert pages[thread].status_code == (200 if is_member else 404)
    assert all(("For us." in page.text) == is_member for page in pages.values())
    assert "For everybody." in pages["/@ada"].text
    assert ('href="/compose' in pages["/@ada"].text) == is_member
    assert ('href="/place"' in pages["/@ada"].text) == (who in ("waiting", "left"))


def _browser_of(house: House, who: str) -> TestClient:
    if who == "visitor":
        return house.open_browser().client
    states = {"waiting", "left", "suspended"}
    state = MemberState(who) if who in states else MemberState.ACTIVE
    offices = (Office(who),) if who in ("treasurer", "admin") else ()
    left_at = house.clock.now() if who == "left" else None
    house.add("maren", state=state, offices=offices, left_at=left_at)
    return house.signed_in("maren").client
