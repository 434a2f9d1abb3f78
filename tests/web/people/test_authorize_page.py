"""An application asks: what the member reads, what their answer does, and who is not asked."""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from httpx2 import Response
from sqlalchemy import func, select

from app.members.states import MemberState
from app.oauth.applications import Registered
from app.oauth.models import AuthorizationCode
from app.oauth.redirects import OUT_OF_BAND
from tests.oauth.programs import DONE, asks, make_program
from tests.pages import Browser
from tests.web.people.conftest import PASSWORD, House

PAGE = "/oauth/authorize"


def program(house: House, **given: str) -> Registered:
    with house.kernel.db.write.begin() as session:
        return make_program(session, **given)


def codes(house: House) -> int:
    with house.kernel.db.read.begin() as session:
        return session.scalar(select(func.count(AuthorizationCode.id))) or 0


def address(made: Registered, **changed: str) -> str:
    return f"{PAGE}?{urlencode(asks(made, **changed))}"


def answered(browser: Browser, answer: str, *, status: int = 303) -> Response:
    form = browser.form(PAGE)
    sent = browser.client.post(PAGE, data={**form.values, "answer": answer})
    assert sent.status_code == status, sent.text
    browser.page = sent
    return sent


@pytest.fixture
def maren(house: House) -> Browser:
    house.found()
    house.add("maren")
    return house.signed_in("maren")


def test_yes_leads_back_with_a_code(house: House, maren: Browser) -> None:
    made = program(house, name="Tusk <i>\u202e", website="https://tusk.example/")
    page = maren.visit(address(made, state="a&b", scope="read write:statuses"))
    for words in ("Tusk &lt;i&gt;", "@maren", "read what you can read", "(only statuses)"):
        assert words in page
    assert "tusk.example" in page
    assert "Say yes only" not in page
    assert maren.page is not None
    policy = maren.page.headers["content-security-policy"]
    assert "form-action 'self' https://tusk.example;" in policy
    assert "frame-ancestors 'none'" in policy
    led_to = answered(maren, "yes").headers["location"]
    assert led_to.startswith(f"{DONE}?code=")
    assert parse_qs(urlsplit(led_to).query)["state"] == ["a&b"]
    maren.visit(address(made))  # Whoever asks again asks again: nothing is silent.
    assert codes(house) == 1


def test_no_says_no_and_leaves_nothing(house: House, maren: Browser) -> None:
    made = program(house, redirect_uris=f"{DONE} {OUT_OF_BAND}")
    maren.visit(address(made, state="s", response_mode="fragment"))
    led_to = answered(maren, "no").headers["location"]
    assert led_to == f"{DONE}#error=access_denied&state=s"
    maren.visit(address(made, redirect_uri=OUT_OF_BAND))
    assert answered(maren, "no").headers["location"] == "/settings/apps"
    assert codes(house) == 0


def test_a_code_to_copy_and_a_form_to_send(house: House, maren: Browser) -> None:
    made = program(house, redirect_uris=f"{DONE} {OUT_OF_BAND}")
    maren.visit(f"{PAGE}/?{urlencode(asks(made, redirect_uri=OUT_OF_BAND))}")
    assert '<code class="long" id="code">' in answered(maren, "yes", status=200).text
    maren.visit(address(made, response_mode="form_post"))
    page = answered(maren, "yes", status=200)
    form = maren.form(DONE)
    assert set(form.names) == {"code"}, "and no ticket of ours"
    assert "form-action 'self' https://tusk.example;" in page.headers["content-security-policy"]


def test_what_only_few_need_stands_apart(house: House, maren: Browser) -> None:
    made = program(house, scopes="read coop:vote admin:read")
    page = maren.visit(address(made, scope="read coop:vote admin:read"))
    common, _, powers = page.partition("It also asks for what only few applications need")
    assert "propose and vote in your name" in powers
    assert "propose and vote" not in common


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"redirect_uri": "https://far.example/"}, id="another address"),
        pytest.param({"scope": "coop:vote"}, id="more than it registered"),
        pytest.param({"client_id": "x"}, id="an unknown program"),
    ],
)
def test_what_is_not_in_order_leads_nowhere(
    house: House, maren: Browser, changed: dict[str, str]
) -> None:
    made = program(house)
    maren.visit(address(made, **changed), status=422)
    maren.visit(f"{address(made)}&scope=write", status=422)  # Two values for one name.
    maren.visit(address(made))
    form = maren.form(PAGE)
    sent = {**form.values, "answer": "yes", **changed}
    assert maren.client.post(PAGE, data=sent).status_code == 422
    assert codes(house) == 0


def test_another_site_cannot_say_yes(house: House, maren: Browser) -> None:
    made = program(house)
    maren.visit(address(made))
    whole = {**maren.form(PAGE).values, "answer": "yes"}
    bare = {**asks(made), "answer": "yes"}
    far = {"origin": "https://far.example", "sec-fetch-site": "cross-site"}
    assert maren.client.post(PAGE, data=bare).status_code == 403
    assert maren.client.post(PAGE, data=whole, headers=far).status_code == 403
    maren.visit(f"{address(made)}&prompt=none&answer=yes&approval=auto")
    assert codes(house) == 0


def test_whoever_is_not_signed_in_comes_back_after_it(house: House, maren: Browser) -> None:
    made = program(house)
    visitor = house.open_browser()
    sign_in = visitor.led_to(address(made))
    assert sign_in.startswith("/login?next=/oauth/authorize%3F")
    visitor.visit(sign_in)
    answer = visitor.send("/login", login="maren", password=PASSWORD)
    assert "May it act for you?" in visitor.follow(answer)
    leave = visitor.send("/logout")
    assert leave.headers["location"].startswith("/login?next=/oauth/authorize%3F")
    assert "Sign in" in visitor.follow(leave)
    assert maren.page is not None


def test_a_program_may_have_the_password_asked_for(house: House, maren: Browser) -> None:
    forced = f"{address(program(house))}&force_login=true"
    maren.visit(forced)
    house.clock.advance(minutes=5)
    maren.visit(forced.replace("=true", "=False"))
    confirm = maren.led_to(forced)
    assert confirm.startswith("/login/confirm?next=/oauth/authorize%3F")
    maren.visit(confirm)
    back = maren.confirm(PASSWORD)
    assert "May it act for you?" in maren.visit(back)


@pytest.mark.parametrize("state", [MemberState.WAITING, MemberState.SUSPENDED, MemberState.LEFT])
def test_who_may_set_a_program_up(house: House, maren: Browser, state: MemberState) -> None:
    made = program(house)
    house.add("noor", state=state)
    noor = house.open_browser()
    noor.visit(noor.led_to(address(made)))
    answer = noor.send("/login", login="noor", password=PASSWORD)
    if state is MemberState.WAITING:
        assert "@noor" not in noor.follow(answer), "an applicant has no name among members yet"
        answered(noor, "yes")
        assert codes(house) == 1
    else:
        noor.visit(address(made), status=403)
    assert maren.page is not None


def test_the_page_speaks_the_language_that_the_program_asks_for(
    house: House, maren: Browser
) -> None:
    made = program(house)
    for language, direction in (("ar-XB", "rtl"), ("ar_xb", "rtl"), ("xx", "ltr"), ("", "ltr")):
        page = maren.visit(address(made, lang=language))
        assert f'dir="{direction}"' in page, language
    stranger = house.open_browser()
    door = stranger.client.get(address(made, lang="ar-XB")).headers["location"]
    assert 'dir="rtl"' in stranger.visit(door)
    assert 'dir="ltr"' in stranger.visit("/login?next=/home?lang=ar-XB")


def test_a_long_way_back_is_not_lost_at_the_door(house: House, maren: Browser) -> None:
    far = "https://tusk.example/done?" + "a" * 1_900
    made = program(house, redirect_uris=far)
    wanted = address(made, redirect_uri=far, state="s" * 1_500)
    assert len(wanted) > 3_500
    stranger = house.open_browser()
    stranger.visit(stranger.client.get(wanted).headers["location"])
    led_to = stranger.send("/login", login="maren", password=PASSWORD).headers["location"]
    assert parse_qs(urlsplit(led_to).query) == parse_qs(urlsplit(wanted).query)
    assert "Tusk" in stranger.visit(led_to)
