"""What pages say of themselves: read as plain text, in bounded time, whoever wrote them."""

from datetime import UTC, datetime
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.text.preview import (
    DESCRIPTION_MAX,
    TITLE_MAX,
    Preview,
    read_oembed,
    read_page,
)

URL = "https://harbour.example/ferry/winter"

PAGE = """<!doctype html><html lang="en-GB"><head>
<title>Ferry times | Harbour</title>
<meta property="og:title" content="Ferry times, winter &amp; spring">
<meta property="og:description" content="Every crossing
  on one sheet.">
<meta property="og:site_name" content="Harbour">
<meta property="og:image" content="/ferry.png">
<meta property="og:image:alt" content="A ferry">
<meta name="author" content="Noor">
<meta property="article:published_time" content="2026-10-25T03:00:00+02:00">
<link rel="alternate" type="application/json+oembed" href="../oembed?x=1&amp;y=2">
</head><body><meta property="og:title" content="too late"></body></html>"""


def read(html: str | bytes, content_type: str = "text/html; charset=utf-8") -> Preview:
    body = html.encode() if isinstance(html, str) else html
    return read_page(body, content_type=content_type, url=URL)


def test_a_page_that_says_everything() -> None:
    assert read(PAGE) == Preview(
        title="Ferry times, winter & spring",
        description="Every crossing on one sheet.",
        language="en",
        site_name="Harbour",
        author_name="Noor",
        author_url="",
        published_at=datetime(2026, 10, 25, 1, tzinfo=UTC),
        image_url="https://harbour.example/ferry.png",
        image_description="A ferry",
        oembed_url="https://harbour.example/oembed?x=1&y=2",
    )


def test_a_page_that_says_nothing() -> None:
    assert read("") == Preview()
    assert read("<p>Hello") == Preview()


TITLES = [
    pytest.param("<title>Tea &amp; cake</title>", "Tea & cake", id="the title alone"),
    pytest.param("<title>A</title><title>B</title>", "A", id="the first of two"),
    pytest.param("<title>a <b>b</b></title>", "a <b>b</b>", id="tags in a title are text"),
    pytest.param("<TITLE>Loud</TITLE>", "Loud", id="capitals"),
    pytest.param("<title>not closed", "not closed", id="not closed"),
    pytest.param("<script>'<title>no</title>'</script><title>yes</title>", "yes", id="script"),
    pytest.param("<!-- <title>no</title> --><title>yes</title>", "yes", id="a comment"),
    pytest.param("<title>abc\u202ecba</title>", "abc cba", id="a turning mark"),
    pytest.param("<title>a\x00b\x1b[31mc</title>", "a�b [31mc", id="control characters"),
    pytest.param("<title>" + "x" * 900 + "</title>", "x" * (TITLE_MAX - 1) + "…", id="too long"),
    pytest.param(
        '<meta name=og:title content="by name"><title>t</title>', "by name", id="by name"
    ),
    pytest.param('<meta property="og:title" content=""><title>t</title>', "t", id="an empty one"),
]


@pytest.mark.parametrize(("html", "title"), TITLES)
def test_titles(html: str, title: str) -> None:
    assert read(html).title == title


def test_a_long_description_is_cut() -> None:
    said = read(f'<meta name="description" content="{"word " * 900}">').description
    assert len(said) <= DESCRIPTION_MAX
    assert said.endswith("word…")


ENCODED = [
    pytest.param("Käse".encode(), "text/html", id="nothing said"),
    pytest.param("Käse".encode("latin-1"), "text/html; charset=ISO-8859-1", id="by the header"),
    pytest.param(
        b'<meta charset="windows-1252">' + "Käse".encode("cp1252"), "text/html", id="by the page"
    ),
    pytest.param("\ufeffKäse".encode(), "text/html; charset=latin-1", id="by a mark"),
    pytest.param("\ufeffKäse".encode("utf-16-le"), "text/html", id="by a mark of two bytes"),
]


@pytest.mark.parametrize(("text", "content_type"), ENCODED)
def test_encodings(text: bytes, content_type: str) -> None:
    two_bytes = text.startswith(b"\xff\xfe")
    start = "\ufeff<title>".encode("utf-16-le") if two_bytes else b"<title>"
    if text.startswith(b"<meta"):
        mark, text = text[:29], text[29:]
        start = mark + start
    if text.startswith((b"\xef\xbb\xbf", b"\xff\xfe")):
        cut = 3 if not two_bytes else 2
        start, text = (text[:cut] if not two_bytes else b"") + start, text[cut:]
    assert read(start + text, content_type).title == "Käse"


@pytest.mark.parametrize("name", ["zip", "punycode", "unicode_escape", "utf-7", "x" * 40, "no"])
def test_an_encoding_that_is_none_of_pages_is_not_tried(name: str) -> None:
    assert read(b"<title>+AGE- \\u0041</title>", f"text/html; charset={name}").title == (
        "+AGE- \\u0041"
    )


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "data:image/png;base64,AAAA", "https://a@b.example/x", "http://[", ""],
)
def test_an_address_that_is_none_of_the_web_is_left_out(address: str) -> None:
    html = (
        f'<meta property="og:image" content="{address}">'
        f'<meta property="article:author" content="{address}">'
        f'<link rel="alternate" type="application/json+oembed" href="{address}">'
    )
    page = read(html)
    assert page.image_url is None
    assert page.author_url == ""


LANGUAGES = [("de", "de"), ("pt-BR", "pt"), ("en_US", "en"), ("x", None), ("a b", None)]


@pytest.mark.parametrize(("said", "language"), LANGUAGES)
def test_languages(said: str, language: str | None) -> None:
    assert read(f'<html lang="{said}"><title>x').language == language


@pytest.mark.parametrize("said", ["yesterday", "2026-10-25", "2026-10-25T03:00:00", "9" * 50])
def test_a_moment_without_a_zone_is_none(said: str) -> None:
    assert read(f'<meta property="article:published_time" content="{said}">').published_at is None


def test_what_a_page_says_for_machines() -> None:
    body = (
        b'{"type":"video","title":"A film","author_name":"Noor","html":"<script>1</script>",'
        b'"author_url":"https://harbour.example/noor","thumbnail_url":"t.png","width":"wide"}'
    )
    said = read_oembed(body, url="https://harbour.example/o")
    assert said == Preview(
        title="A film",
        author_name="Noor",
        author_url="https://harbour.example/noor",
        image_url="https://harbour.example/t.png",
    )
    filled = Preview(title="A page", description="d").filled(said)
    assert (filled.title, filled.description, filled.author_name) == ("A page", "d", "Noor")


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b'{"title":1,"author_name":[]}', b"[" * 100_000, b"\xff{"]
)
def test_nonsense_for_machines_says_nothing(body: bytes) -> None:
    assert read_oembed(body, url=URL) == Preview()


HOSTILE = {
    "tags that never end": "<a" * 262_144,
    "signs": "<" * 524_288,
    "attributes": "<a " + "b=c " * 131_072,
    "deep": "<div>" * 104_857,
    "formatting": "<b><i><p>" * 58_254,
    "a comment": "<!--" * 131_072,
    "a title that never ends": "<title>" + "</titl" * 87_381,
    "metas": "<meta property=og:title content=x>" * 15_000,
    "entities": "<title>" + "&notit;" * 74_898,
    "spaces": "<title>" + " " * 524_288,
}


@pytest.mark.parametrize("html", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_page_made_to_be_slow_is_not(html: str) -> None:
    begun = process_time()
    read(html[:524_288])
    assert process_time() - begun < 8  # Seconds; a fraction of one where nothing else runs.


@given(st.binary(max_size=400), st.text(max_size=40))
def test_whatever_comes_is_read(body: bytes, content_type: str) -> None:
    page = read_page(b"<title>" + body, content_type=content_type, url=URL)
    assert len(page.title) <= TITLE_MAX
    read_oembed(body, url=URL)
