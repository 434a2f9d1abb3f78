"""HTML of other sites: nothing harmful, nothing lost, nothing slow."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.text.safe import SafeHtml, escaped, stored
from app.text.sanitize import plain_text, sanitize, sanitize_line
from tests.text.allowlist import words_of

REL = 'target="_blank" rel="nofollow noopener noreferrer"'

REFUSED = [
    pytest.param("<script>alert(1)</script>a", "a", id="scripts go with their text"),
    pytest.param("<style>a{}</style>a", "a", id="style sheets go with their text"),
    pytest.param('<img src=x onerror="alert(1)">a', "a", id="pictures go"),
    pytest.param("<p onclick=x style=y id=z>a</p>", "<p>a</p>", id="handlers, styles and ids go"),
    pytest.param('<p hx-get="/" data-x x-data="y">a</p>', "<p>a</p>", id="script hooks go"),
    pytest.param("<embed src=x><iframe src=y></iframe>a", "a", id="embedded pages go"),
    pytest.param("<form><input name=a><button>a</button></form>", "a", id="forms go"),
    pytest.param("<!-- a --><!doctype html><?php x ?>a", "a", id="comments and kin go"),
    pytest.param(
        '<p class="post-head u-url">a</p>', '<p class="u-url">a</p>', id="our classes go"
    ),
    pytest.param("<math><annotation-xml>a</math>b", "b", id="malformed MathML is no fault"),
    pytest.param("<p a b= c>a</p>", "<p>a</p>", id="attributes without values are no fault"),
    pytest.param("\ud800\0", "\ufffd\ufffd", id="halves of letters are no fault"),
    pytest.param("a < b & c", "a &lt; b &amp; c", id="loose signs become text"),
]


@pytest.mark.parametrize(("html", "expected"), REFUSED)
def test_what_is_not_allowed_goes(html: str, expected: str) -> None:
    assert sanitize(html) == expected


BAD_LINKS = [
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "java\tscript:alert(1)",
    "java&#10;script:alert(1)",
    "&#106;avascript:alert(1)",
    " javascript:alert(1)",
    "\x01javascript:alert(1)",
    "data:text/html,a",
    "vbscript:a",
    "file:///etc/passwd",
    "blob:https://a.example/1",
    "//evil.example",
    "/relative",
    "https://bank.example@evil.example/",
    "https:///evil.example",
    "https://a b.example/",
]


@pytest.mark.parametrize("url", BAD_LINKS)
def test_a_link_with_a_bad_address_leads_nowhere(url: str) -> None:
    html = sanitize(f'<a href="{url}">words</a>')
    assert "href" not in html
    assert words_of(html) == "words"


def test_a_good_link_is_marked_as_foreign() -> None:
    html = sanitize('<a href="https://a.example/?b=1&amp;c" rel="me" target="_top">here</a>')
    assert html == f'<a href="https://a.example/?b=1&amp;c" {REL}>here</a>'


def test_headings_become_bold_paragraphs() -> None:
    assert sanitize("<h1 class=x>Title</h1>a") == "<p><strong>Title</strong></p>a"


@pytest.mark.parametrize(
    ("words", "named"),
    [
        pytest.param("https://bank.example/login", True, id="another address"),
        pytest.param("bank.example", True, id="another host"),
        pytest.param("go to bank.example now", True, id="another host in a sentence"),
        pytest.param("https://evil.example@bank.example", True, id="a host behind a name"),
        pytest.param("<b>bank</b>.example", True, id="a host in pieces"),
        pytest.param("https://evil.example/file.html", False, id="its own address"),
        pytest.param("evil.example", False, id="its own host"),
        pytest.param("@<span>ada.lovelace</span>", False, id="a mention"),
        pytest.param("a page of theirs", False, id="words"),
    ],
)
def test_a_link_that_shows_another_host_names_the_real_one(words: str, named: bool) -> None:
    html = sanitize(f'<a href="https://evil.example/file.html">{words}</a>.')
    assert html.endswith("</a> [evil.example]." if named else "</a>.")
    words_of(html)


@pytest.mark.parametrize(
    "html",
    [
        pytest.param("<div>" * 50_000 + "words", id="blocks"),
        pytest.param("<blockquote>" * 20_000 + "words", id="quotes"),
        pytest.param("<div><table></div></table>" * 10_000 + "words", id="tables between"),
        pytest.param("<b class=a><i>" * 18_000 + "words", id="open formatting"),
        pytest.param("<ul><li>" * 30_000 + "words", id="lists"),
        pytest.param("<a href=x" * 28_000 + ">words", id="tags that never end"),
        pytest.param("<" * 250_000 + " words", id="opening signs"),
        pytest.param("<p " + "a=b " * 60_000 + ">words", id="attributes"),
        pytest.param("<p>a</p>" * 200_000 + "words", id="a post of a megabyte and more"),
        pytest.param("&" * 250_000 + " words", id="ampersands"),
        pytest.param("<a href='https://a.example'>b.example" * 3_900 + "words", id="links"),
        pytest.param(
            "".join(f"<b class=u-{i}>" for i in range(99)) + "<p>a" * 7_900 + "words",
            id="formatting carried into every paragraph",
        ),
    ],
)
def test_html_made_to_be_slow_is_quick_and_loses_no_words(html: str) -> None:
    started = time.process_time()
    clean = sanitize(html)
    assert time.process_time() - started < 3
    assert "words" in clean
    words_of(clean)


NASTY = st.lists(
    st.sampled_from(
        [
            *("<p>", "</p>", "<a href='https://a.example'>", "</a>", "<b>", "</b>", "<ul><li>"),
            *("</ul>", "<blockquote>", "<script>", "</script>", "<math>", "<svg>", "<table><tr>"),
            *("<a href='jAvascript:x'>", "<a href=//b>", "<!--", "-->", "<![CDATA[", "]]>", '"'),
            *("<h1>", "</h1>", "<textarea>", "<noscript>", "<title>", "<style>", "<mtext>", "'"),
            *("<mglyph>", "<annotation-xml encoding='text/html'>", "<foreignObject>", "b.example"),
            *("<p class='mention x' onclick=y>", "<img src=x onerror=y>", "&lt;", "&#x0;", "\0"),
        ]
    )
    | st.text(st.characters(), max_size=8),
    max_size=30,
).map("".join)


@given(NASTY)
def test_whatever_comes_in_only_what_is_allowed_comes_out(html: str) -> None:
    clean = sanitize(html)
    words_of(clean)
    words_of(sanitize_line(html))
    assert isinstance(clean, SafeHtml)


@given(NASTY)
def test_cleaning_twice_takes_nothing_more_away(html: str) -> None:
    once = sanitize(html)
    assert plain_text(sanitize(once)).startswith(plain_text(once)[:20])


def test_plain_text_has_a_line_for_each_line() -> None:
    assert plain_text("<p>a &amp; b<br>c</p><p>&lt;d&gt;</p>") == "a & b\nc\n<d>"


def test_a_line_has_no_paragraphs() -> None:
    assert sanitize_line("<p>a</p><p class='u-url'>b</p>") == "a  b"


def test_safe_html_is_safe_only_as_a_whole() -> None:
    assert stored("<p>").__html__() == "<p>"
    assert not hasattr(stored("<p>") + "<script>", "__html__")
    assert escaped("<p>") == "&lt;p&gt;"
