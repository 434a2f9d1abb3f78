"""Which languages the site speaks, and which of them a reader gets."""

import io
from functools import cached_property
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import TYPE_CHECKING

from babel import Locale, UnknownLocaleError

from app.core.late import Late

if TYPE_CHECKING:
    from babel.messages import mofile, pofile
else:
    mofile, pofile = Late("babel.messages.mofile"), Late("babel.messages.pofile")

SOURCE = "en"
PSEUDO = "ar-xb"
FOLDER = Path(__file__).parent / "locale"
ACCEPTED_MAX = 20


class PseudoTranslations(NullTranslations):
    """Brackets every text: what stays without brackets on a page escaped the translators."""

    def gettext(self, message: str) -> str:
        """Bracket a text."""
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Bracket a text that depends on a number."""
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"


class Languages:
    """The catalogues in a folder, read when first needed; English is the source.

    With `with_pseudo`, "ar-XB" is one of them: bracketed English that runs from right to left.
    """

    def __init__(self, folder: Path = FOLDER, *, with_pseudo: bool = False) -> None:
        self._files = {
            path.parent.parent.name.replace("_", "-").lower(): path
            for path in folder.glob("*/LC_MESSAGES/messages.po")
        }
        self._with_pseudo = with_pseudo
        self._read: dict[str, NullTranslations] = {SOURCE: NullTranslations()}

    @cached_property
    def tags(self) -> tuple[str, ...]:
        """The languages on offer, as lower-case tags."""
        extra = (PSEUDO,) if self._with_pseudo else ()
        return (SOURCE, *sorted(self._files), *extra)

    def choose(self, *, wanted: str | None, accepted: str) -> str:
        """Return the tag for a reader: the wanted one, else the best that the browser accepts."""
        for tag in (wanted or "", *preferred(accepted)):
            asked = tag.replace("_", "-").lower()
            for known in (asked, asked.partition("-")[0]):
                if known in self.tags:
                    return known
        return SOURCE

    def locale(self, tag: str) -> Locale:
        """Return what Babel knows of a language on offer."""
        try:
            return Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            return Locale.parse(tag.partition("-")[0])

    def translations(self, tag: str) -> NullTranslations:
        """Return the catalogue of a language on offer."""
        if tag not in self._read:
            is_pseudo = tag == PSEUDO and self._with_pseudo
            self._read[tag] = PseudoTranslations() if is_pseudo else _compiled(self._files[tag])
        return self._read[tag]


def preferred(accepted: str) -> list[str]:
    """Return the tags of an Accept-Language header, most wanted first.

    Source: RFC 9110, section 12.5.4.
    """
    weighed = []
    for number, item in enumerate(accepted.split(",")[:ACCEPTED_MAX]):
        tag, _, rest = item.strip().partition(";")
        weight = _thousandths(rest.strip().removeprefix("q="))
        if tag and weight:
            weighed.append((-weight, number, tag.strip()))
    return [tag for _, _, tag in sorted(weighed)]


def _thousandths(weight: str) -> int:
    if not weight:
        return 1000
    whole, _, part = weight.partition(".")
    digits = whole + part.ljust(3, "0")[:3]
    return min(int(digits), 1000) if digits.isascii() and digits.isdigit() else 0


def _compiled(path: Path) -> GNUTranslations:
    with path.open("rb") as file:
        catalog = pofile.read_po(file)
    compiled = io.BytesIO()
    mofile.write_mo(compiled, catalog)
    compiled.seek(0)
    return GNUTranslations(compiled)
