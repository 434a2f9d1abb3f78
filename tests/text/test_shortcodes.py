"""Names between colons become pictures: in text alone, and never inside of markup."""

import pytest

from app.text.safe import SafeHtml
from app.text.shortcodes import shortcodes_in, with_pictures

PICTURES = {"blob": "/media/ab/blob.webp", "cat_2": "/media/ab/cat.webp"}
IMG = (
    '<img class="emoji" src="/media/ab/blob.webp" alt=":blob:" title=":blob:" width="20" '
    'height="20" loading="lazy" decoding="async">'
)

FOUND = [
    pytest.param("a :blob: b", ("blob",), id="in a sentence"),
    pytest.param(":blob:", ("blob",), id="alone"),
    pytest.param("(:blob:), :cat_2:!", ("blob", "cat_2"), id="beside punctuation"),
    pytest.param(":blob: :blob:", ("blob",), id="twice"),
    pytest.param("x:blob:", (), id="glued to a letter"),
    pytest.param(":blob:x", (), id="glued to a letter behind"),
    pytest.param("12:30:45", (), id="a time"),
    pytest.param(":blob::cat_2:", (), id="glued to each other"),
    pytest.param(":Blob: :b: ::", (), id="what no name is"),
]


@pytest.mark.parametrize(("text", "names"), FOUND)
def test_what_is_a_name(text: str, names: tuple[str, ...]) -> None:
    assert shortcodes_in(text) == names


SHOWN = [
    pytest.param("<p>a :blob: b</p>", f"<p>a {IMG} b</p>", id="text"),
    pytest.param("<p>:nobody:</p>", "<p>:nobody:</p>", id="unknown"),
    pytest.param("<code>:blob:</code>", "<code>:blob:</code>", id="code"),
    pytest.param("<pre><code>x\n:blob:</code></pre>:blob:", None, id="a block of code"),
    pytest.param('<a href="/x?a= :blob: ">y</a>', '<a href="/x?a= :blob: ">y</a>', id="a link"),
    pytest.param('<a title="> :blob: <">y</a>', '<a title="> :blob: <">y</a>', id="in quotes"),
    pytest.param("&lt;:blob:&gt;", f"&lt;{IMG}&gt;", id="beside what was escaped"),
    pytest.param("1 < 2 :blob:", f"1 < 2 {IMG}", id="a sign that begins no tag"),
]


@pytest.mark.parametrize(("html", "shown"), SHOWN)
def test_where_pictures_are_put(html: str, shown: str | None) -> None:
    given = SafeHtml(html)
    expected = f"<pre><code>x\n:blob:</code></pre>{IMG}" if shown is None else shown
    made = with_pictures(given, PICTURES)
    assert made == expected
    assert isinstance(made, SafeHtml)
    assert with_pictures(given, {}) is given


def test_no_text_takes_long() -> None:
    for text in ("<" * 50_000, '<a "' * 20_000, ":a" * 50_000, ":blob:" * 20_000):
        with_pictures(SafeHtml(text), PICTURES)
        shortcodes_in(text)
