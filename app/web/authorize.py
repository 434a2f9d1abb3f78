"""A program asks a member for a token: what it may do in plain words, and yes or no.

It is asked each time: a yes of last year says nothing about who asks now.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Final

from fastapi import Request
from starlette.responses import Response

from app.core.errors import Invalid
from app.core.kernel import Kernel
from app.core.words import say
from app.http.access import SignedInDep
from app.http.declined import ConfirmFirst
from app.http.deps import KernelDep, ReaderDep, SessionDep
from app.http.forms import SentDep
from app.http.headers import page_policy
from app.http.pages import after_post, page_router, render, speak
from app.members.actor import is_reauthenticated
from app.oauth.consent import Wish, check_may_consent, give_code, read_wish
from app.oauth.redirects import OUT_OF_BAND, Mode, form_actions, place_of, with_answer
from app.oauth.words import words_of

router = page_router()

ASKED: Final = (
    *("response_type", "response_mode", "client_id", "redirect_uri", "scope", "state"),
    *("code_challenge", "code_challenge_method"),
)
LANGUAGE: Final = "lang"
FORCED: Final = "force_login"
NOT_SAID: Final = ("", "0", "f", "false", "off")
JUST_NOW: Final = timedelta(minutes=5)
# Who says yes to these gives away more than posts.
POWERS: Final = ("coop:", "admin:")


@router.get("/oauth/authorize")
def get_authorize(
    request: Request, session: ReaderDep, actor: SignedInDep, kernel: KernelDep
) -> Response:
    """Ask the member, once the program's wish is in order; else say what is wrong with it."""
    asked = _once(request.query_params.multi_items())
    speak(request, asked.get(LANGUAGE))
    wish = read_wish(session, asked)
    check_may_consent(actor)
    is_forced = asked.get(FORCED, "").lower() not in NOT_SAID
    if is_forced and not is_reauthenticated(actor, now=kernel.clock.now(), within=JUST_NOW):
        raise ConfirmFirst
    return _with_targets(
        kernel,
        wish,
        render(
            request,
            "web/authorize.html",
            application=wish.application,
            asked={name: asked[name] for name in ASKED if name in asked},
            here=f"{request.url.path}?{request.url.query}",
            leads_to="" if wish.redirect_uri == OUT_OF_BAND else place_of(wish.redirect_uri),
            **_in_words(wish),
        ),
    )


@router.post("/oauth/authorize")
def post_authorize(
    request: Request, sent: SentDep, session: SessionDep, actor: SignedInDep, kernel: KernelDep
) -> Response:
    """Take the answer to the program: a code, or that the member said no."""
    wish = read_wish(session, _once((k, v) for k, vs in sent.values.items() for v in vs))
    if sent.text("answer") != "yes":
        return _no(request, wish)
    code = give_code(session, actor, wish, now=kernel.clock.now())
    if wish.redirect_uri == OUT_OF_BAND:
        name = wish.application.name
        return render(request, "web/authorize_code.html", code=code, application=name)
    return _carried(request, kernel, wish, {"code": code})


def _no(request: Request, wish: Wish) -> Response:
    if wish.redirect_uri == OUT_OF_BAND:
        said = say("You said no. The application cannot act for you.")
        return after_post(request, to="/settings/apps", said=said)
    kernel: Kernel = request.app.state.kernel
    return _carried(request, kernel, wish, {"error": "access_denied"})


def _carried(request: Request, kernel: Kernel, wish: Wish, answer: Mapping[str, str]) -> Response:
    """Have the browser carry the answer to the program, in the way that it asked for."""
    whole = {**answer, "state": wish.state} if wish.state else answer
    if wish.mode is Mode.FORM_POST:
        to, name = wish.redirect_uri, wish.application.name
        page = render(request, "web/authorize_post.html", to=to, answer=whole, application=name)
        return _with_targets(kernel, wish, page)
    return after_post(request, to=with_answer(wish.redirect_uri, whole, mode=wish.mode))


def _with_targets(kernel: Kernel, wish: Wish, response: Response) -> Response:
    """Let the page's form lead to the program, and nowhere else: browsers watch redirects too."""
    targets = form_actions(wish.redirect_uri)
    policy = page_policy(is_https=kernel.settings.is_https, form_actions=targets)
    response.headers["Content-Security-Policy"] = policy
    return response


def _in_words(wish: Wish) -> dict[str, Any]:
    powers = {scope for scope in wish.scopes if scope.startswith(POWERS)}
    return {"may": words_of(wish.scopes - powers), "powers": words_of(powers)}


def _once(pairs: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """Return the parameters by name. Raises: Invalid if one that matters came twice.

    Source: RFC 6749 3.1; of two values, one would be checked and the other one used.
    """
    found: dict[str, str] = {}
    for name, value in pairs:
        if name in ASKED and name in found:
            raise Invalid(say("The application asks in a way that we do not answer."))
        found[name] = value
    return found
