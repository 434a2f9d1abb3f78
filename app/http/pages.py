"""Pages: templates, the language that they speak, and how a form is answered."""

from collections.abc import Callable, Hashable
from contextvars import ContextVar
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from babel import Locale
from fastapi import APIRouter, Depends
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.core.cache import TextCache
from app.core.crypto import Keyring, new_secret
from app.core.kernel import Kernel
from app.core.records import Record
from app.core.words import Words
from app.emojis.book import EmojiBook
from app.http import charts, tickets, wording
from app.http.faces import avatar_url
from app.http.filled import EMPTY_FORM
from app.http.languages import Languages
from app.http.limits import count_writes
from app.http.routes import LateRoute
from app.http.rows import AUDIENCES
from app.http.shell import furnish, shell_of
from app.http.statics import Statics
from app.http.wording import Tongue
from app.media.remote.addresses import Variant, proxied
from app.members.actor import Actor, is_reauthenticated
from app.statuses.writing import CHARACTERS_MAX
from app.text.safe import SafeHtml, escaped
from app.text.shortcodes import with_pictures

KEPT_ROOM: Final = 8_000_000  # Some thousand posts, in each language.
TEMPLATES: Final = Path(__file__).parents[2] / "templates"
API_PREFIXES: Final = (
    "/.well-known/",
    "/actor/inbox",
    "/ap/",
    "/api/",
    "/inbox",
    "/nodeinfo",
    "/oauth/revoke",
    "/oauth/token",
    "/oauth/userinfo",
    "/webhooks/",
)


class Page(Record):
    """The page being rendered: who asked for it, and in which language it speaks."""

    request: Request
    tongue: Tongue
    emojis: EmojiBook
    hole: str | None = None  # Stands for the reader's ticket inside of what is kept.


# Set only while a template renders, by `render`. Macros are imported without their page's
# context, so that they are compiled and run once; what they say still depends on the reader.
_PAGE: ContextVar[Page] = ContextVar("page")


class Pages(Record):
    """The templates of one process, and the languages."""

    environment: Environment
    languages: Languages
    statics: Statics


def open_pages(kernel: Kernel, statics: Statics, *, folder: Path = TEMPLATES) -> Pages:
    """Prepare the templates; each is read and compiled when first needed."""
    languages = Languages(with_pseudo=kernel.settings.env == "test")
    return Pages(_environment(folder, statics, kernel.keyring), languages, statics)


def _environment(folder: Path, statics: Statics, keyring: Keyring) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
        extensions=["jinja2.ext.i18n"],
        finalize=_finalize,
    )
    del environment.filters["safe"]  # What is safe is a SafeHtml, and app.text makes it.
    environment.filters |= {name: _spoken(fn) for name, fn in wording.FILTERS.items()}
    environment.filters["from_here"] = lambda url: proxied(keyring, url, Variant.SMALL)
    environment.filters["iso"] = wording.iso
    environment.filters["words"] = _finalize
    environment.filters["emoji"] = _with_emojis
    environment.globals |= {
        "avatar_url": avatar_url,
        "audiences": AUDIENCES,
        "characters_max": CHARACTERS_MAX,
        "charts": charts,
        "csrf_token": _csrf_token,
        "empty_form": EMPTY_FORM,
        "kept": _keeper(),
        "static": statics.url,
    }
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        _gettext, _ngettext, newstyle=True
    )
    return environment


def _gettext(text: str) -> str:
    return _PAGE.get().tongue.gettext(text)


def _ngettext(one: str, many: str, n: int) -> str:
    return _PAGE.get().tongue.ngettext(one, many, n)


def _spoken(formatter: Callable[..., str]) -> Callable[..., str]:
    def speak(value: Any, *args: Any, **given: Any) -> str:
        return formatter(_PAGE.get().tongue, value, *args, **given)

    return speak


def _finalize(value: Any) -> Any:
    """Translate what Python said, wherever it is put into a page."""
    return _PAGE.get().tongue.speak(value) if isinstance(value, Words) else value


def _with_emojis(value: Any) -> SafeHtml:
    """Return a name or the HTML of a post with the co-op's emoji as pictures."""
    text = _finalize(value)
    html = text if isinstance(text, SafeHtml) else escaped(str(text))
    return with_pictures(html, _PAGE.get().emojis.stills)


def _csrf_token() -> str:
    page = _PAGE.get()
    return page.hole or tickets.make_ticket(page.request)


def _keeper() -> Callable[..., str]:
    """Return the function `kept(macro, *values)` of templates: `macro(*values)`, kept while used.

    The values, the language and the emoji are the whole key, and while the macro runs no clock
    can be asked: what belongs to one reader comes in as a value or not at all. Where the macro
    asks for the reader's ticket it leaves a hole, which nobody can guess, hence nobody can write
    in a post.
    """
    texts, hole = TextCache[str](room=KEPT_ROOM), new_secret()

    def kept(macro: Callable[..., str], *values: Hashable) -> str:
        page = _PAGE.get()

        def run() -> str:
            token = _PAGE.set(Page(page.request, page.tongue.without_clock(), page.emojis, hole))
            try:
                return macro(*values)
            finally:
                _PAGE.reset(token)

        key = (macro, page.tongue.translations, page.emojis.rev, values)
        text = texts.get_or_make(key, run)
        return text.replace(hole, _csrf_token()) if hole in text else text

    return kept


def tongue_of(request: Request) -> Tongue:
    """Return the language and the clock of whoever asks."""
    pages: Pages = request.app.state.pages
    shell = shell_of(request)
    accepted = request.headers.get("accept-language", "")
    wanted = getattr(request.state, "language", None)
    if wanted not in pages.languages.tags:
        wanted = shell.language
    tag = pages.languages.choose(wanted=wanted, accepted=accepted)
    locale: Locale = pages.languages.locale(tag)
    now = request.app.state.kernel.clock.now()
    return Tongue(locale, pages.languages.translations(tag), shell.zone, now)


def speak(request: Request, language: str | None) -> None:
    """Let this answer speak a language that the caller asks for, if we know it."""
    request.state.language = (language or "").replace("_", "-").lower()


def translate(request: Request, text: str) -> str:
    """Return a sentence from Python in the caller's language."""
    return tongue_of(request).speak(text) if isinstance(text, Words) else str(text)


def render(request: Request, name: str, *, status_code: int = 200, **context: Any) -> Response:
    """Render a template to a response."""
    pages: Pages = request.app.state.pages
    tongue = tongue_of(request)
    token = _PAGE.set(Page(request, tongue, shell_of(request).emojis))
    try:
        body = pages.environment.get_template(name).render(_around(request, tongue) | context)
    finally:
        _PAGE.reset(token)
    response = HTMLResponse(body, status_code)
    tickets.keep_visitor(request, response)
    if not name.rpartition("/")[2].startswith("_"):
        tickets.forget_said(request, response)
    return response


def _around(request: Request, tongue: Tongue) -> dict[str, Any]:
    shell = shell_of(request)
    return {
        "site": shell.site,
        "emojis": shell.emojis,
        "viewer": None if shell.is_outside else shell.viewer,
        "is_outside": shell.is_outside,
        "new_since": shell.new_since,
        "must_confirm": _must_confirm(shell.actor, now=tongue.now),
        "theme": shell.theme,
        "lang": tongue.tag,
        "dir": tongue.direction,
        "said": tickets.read_said(request),
        "path": request.url.path,
        "form": EMPTY_FORM,
    }


def _must_confirm(actor: Actor | None, *, now: datetime) -> bool:
    return actor is not None and not is_reauthenticated(actor, now=now)


def after_post(
    request: Request,
    *,
    to: str,
    fragment: str | None = None,
    said: Words | None = None,
    **context: Any,
) -> Response:
    """Answer a form: the changed fragment if the script asked for it, else a redirect.

    `said` is one sentence that the next page shows, once.
    """
    if is_htmx(request) and fragment is not None:
        return render(request, fragment, **context)
    if is_htmx(request):
        response = Response(status_code=204, headers={"HX-Redirect": to})
    else:
        response = RedirectResponse(to, status_code=303)
    if said is not None:
        tickets.set_said(request, response, said)
    return response


def prefers_html(request: Request) -> bool:
    """Return whether the caller is a browser asking for a page."""
    is_api = request.url.path.startswith(API_PREFIXES)
    return not is_api and "text/html" in request.headers.get("accept", "")


def is_htmx(request: Request) -> bool:
    """Return whether our script asks for a fragment."""
    return request.headers.get("hx-request") == "true"


async def greet(request: Request) -> None:
    """Look up who asks for a page, and look hard at the form that they send.

    Three functions, called from one dependency: see `app.http.access` on what those cost.

    Raises: Forbidden, TooMany.
    """
    await furnish(request)
    await count_writes(request)
    await tickets.check_form(request)


def page_router(**given: Any) -> APIRouter:
    """Return a router for pages: each knows its viewer, and checks the forms that it takes."""
    given["dependencies"] = [Depends(greet), *given.get("dependencies", ())]
    given |= {"default_response_class": HTMLResponse, "route_class": LateRoute}
    return APIRouter(include_in_schema=False, **given)
