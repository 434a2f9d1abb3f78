"""Which language a reader gets."""

from pathlib import Path

import pytest

from app.http.languages import Languages, preferred

GERMAN = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgid "Home"
msgstr "Daheim"
"""


@pytest.fixture
def languages(tmp_path: Path) -> Languages:
    for name in ("de", "pt_BR"):
        folder = tmp_path / name / "LC_MESSAGES"
        folder.mkdir(parents=True)
        (folder / "messages.po").write_text(GERMAN)
    return Languages(tmp_path)


CHOICES = [
    pytest.param(None, "", "en", id="nothing asked"),
    pytest.param(None, "de", "de", id="the browser's"),
    pytest.param(None, "de-AT, en;q=0.5", "de", id="a country's variety gets the language"),
    pytest.param(None, "fr, de;q=0.8, en;q=0.9", "en", id="the best that we have"),
    pytest.param(None, "pt-BR", "pt-br", id="a variety of our own"),
    pytest.param(None, "pt", "en", id="another variety is another language"),
    pytest.param("de", "en", "de", id="the member's wish outweighs the browser"),
    pytest.param("de_DE", "en", "de", id="a wish in Babel's spelling"),
    pytest.param("xx", "de", "de", id="a wish that we cannot fulfil"),
    pytest.param(None, "de;q=0", "en", id="not wanted at all"),
    pytest.param(None, "de;q=x, ;;,*", "en", id="nonsense"),
    pytest.param(None, "ar-XB", "en", id="the pseudo language is not for production"),
]


@pytest.mark.parametrize(("wanted", "accepted", "tag"), CHOICES)
def test_choices(languages: Languages, wanted: str | None, accepted: str, tag: str) -> None:
    assert languages.choose(wanted=wanted, accepted=accepted) == tag


def test_a_catalogue_translates(languages: Languages) -> None:
    assert languages.translations("de").gettext("Home") == "Daheim"
    assert languages.translations("de").gettext("Help") == "Help"
    assert languages.translations("en").gettext("Home") == "Home"


def test_locales(languages: Languages) -> None:
    assert str(languages.locale("pt-br")) == "pt_BR"


def test_pseudo() -> None:
    languages = Languages(with_pseudo=True)
    tag = languages.choose(wanted=None, accepted="ar-XB")
    assert languages.locale(tag).text_direction == "rtl"
    assert languages.translations(tag).gettext("Home") == "⟦Home⟧"
    assert languages.translations(tag).ngettext("one", "many", 2) == "⟦many⟧"


def test_a_header_without_end_costs_nothing() -> None:
    assert len(preferred(",".join(["de"] * 10_000))) <= 20
