"""Letters: mails written from templates, in the language of whoever gets them.

A template is plain text, `mail/NAME.txt`, with a block `subject` and a block `body`. The HTML
that goes with it is made of the same text in bare elements, unless there is a `mail/NAME.html`.
"""

import re
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any, Final

from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateNotFound,
    select_autoescape,
)
from sqlalchemy.orm import Session

from app.core.crypto import Keyring
from app.core.kernel import Kernel
from app.core.mail import owe_mail
from app.core.records import Record
from app.core.words import Words
from app.http import wording
from app.http.languages import Languages
from app.http.wording import Tongue
from app.instance.queries import coop_of

BLANK_LINES: Final = re.compile(r"\n\s*\n")
TEMPLATES: Final = Path(__file__).parents[2] / "templates"

OF_DUES = "dues_"  # What somebody pays, or does not, is for them and the dues office.

_TONGUE: ContextVar[Tongue] = ContextVar("tongue")


class Letter(Record):
    """A mail, written."""

    subject: str
    text: str
    html: str


class LetterBox(Record):
    """Writes letters and owes them. Implements `app.members.letters.Letters`."""

    environment: Environment
    languages: Languages
    keyring: Keyring
    base_url: str
    domain: str

    def owe(
        self,
        session: Session,
        name: str,
        *,
        to: str,
        locale: str | None,
        zone: tzinfo = UTC,
        unsubscribe: str | None = None,
        now: datetime,
        **context: Any,
    ) -> None:
        """Owe the letter `name` to the address, in the caller's transaction."""
        coop = coop_of(session)
        site = coop.name if coop else self.domain
        letter = self.write(name, locale=locale, zone=zone, now=now, site=site, **context)
        owe_mail(
            session,
            self.keyring,
            to=to,
            subject=letter.subject,
            text=letter.text,
            html=letter.html,
            is_private=name.startswith(OF_DUES),
            unsubscribe=unsubscribe,
            now=now,
        )

    def write(
        self, name: str, *, locale: str | None, zone: tzinfo = UTC, now: datetime, **context: Any
    ) -> Letter:
        """Write the letter `name`."""
        tag = self.languages.choose(wanted=locale, accepted="")
        tongue = Tongue(self.languages.locale(tag), self.languages.translations(tag), zone, now)
        token = _TONGUE.set(tongue)
        try:
            return self._written(name, tongue, {"base_url": self.base_url, "now": now} | context)
        finally:
            _TONGUE.reset(token)

    def speak(self, words: Words, locale: str | None, *, now: datetime) -> str:
        """Return a sentence in the language of whoever gets it."""
        tag = self.languages.choose(wanted=locale, accepted="")
        locale_of, translations = self.languages.locale(tag), self.languages.translations(tag)
        return Tongue(locale_of, translations, UTC, now).speak(words)

    def _written(self, name: str, tongue: Tongue, values: dict[str, Any]) -> Letter:
        template = self.environment.get_template(f"mail/{name}.txt")
        subject = "".join(template.blocks["subject"](template.new_context(values))).strip()
        text = BLANK_LINES.sub("\n\n", template.render(values)).strip() + "\n"
        around = values | {"lang": tongue.tag, "dir": tongue.direction, "subject": subject}
        try:
            html = self.environment.get_template(f"mail/{name}.html").render(around)
        except TemplateNotFound:
            frame = self.environment.get_template("mail/_letter.html")
            html = frame.render(around | {"paragraphs": paragraphs_of(text)})
        return Letter(subject, text, html)


def open_letters(kernel: Kernel, *, folder: Path = TEMPLATES) -> LetterBox:
    """Prepare the templates of letters; each is read and compiled when first needed."""
    settings = kernel.settings
    return LetterBox(
        environment=_environment(folder),
        languages=Languages(with_pseudo=settings.env == "test"),
        keyring=kernel.keyring,
        base_url=settings.base_url,
        domain=settings.address_domain,
    )


class Paragraph(Record):
    """A paragraph of a plain letter: its lines, or the address that it consists of."""

    lines: list[str]
    url: str | None = None


def paragraphs_of(text: str) -> list[Paragraph]:
    """Cut a plain letter into paragraphs; one that is an address alone becomes a link."""
    found = []
    for block in text.strip().split("\n\n"):
        lines = [line.strip() for line in block.strip().splitlines() if line.strip()]
        is_url = len(lines) == 1 and lines[0].startswith(("https://", "http://"))
        found.append(Paragraph(lines, lines[0] if is_url and " " not in lines[0] else None))
    return [paragraph for paragraph in found if paragraph.lines]


def _environment(folder: Path) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
        finalize=_finalize,
    )
    environment.filters |= {name: _spoken(fn) for name, fn in wording.FILTERS.items()}
    environment.policies["ext.i18n.trimmed"] = True
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: _TONGUE.get().gettext(text),
        lambda one, many, n: _TONGUE.get().ngettext(one, many, n),
        newstyle=True,
    )
    return environment


def _finalize(value: Any) -> Any:
    return _TONGUE.get().speak(value) if isinstance(value, Words) else value


def _spoken(formatter: Callable[..., str]) -> Callable[..., str]:
    def speak(value: Any, *args: Any, **given: Any) -> str:
        return formatter(_TONGUE.get(), value, *args, **given)

    return speak
