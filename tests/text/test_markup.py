"""What members write: safe, true to their words, and never hidden."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.text.handles import Handle
from app.text.markup import render_document, render_line, render_post
from app.text.scribe import Linking
from tests.text.allowlist import DOCUMENT, words_of

KNOWN = {"ada": "https://riverside.example/@ada"}
LINKING = Linking(
    mention_url=lambda handle: KNOWN.get(handle.username),
    tag_url=lambda key: f"https://riverside.example/tags/{key}",
)
ADA = (
    '<span class="h-card" translate="no"><a href="https://riverside.example/@ada" '
    'class="u-url mention">@<span>ada</span></a></span>'
)
TEA = (
    '<a href="https://riverside.example/tags/tea" class="mention hashtag" rel="tag">'
    "#<span>Tea</span></a>"
)
REL = 'target="_blank" rel="nofollow noopener noreferrer"'


def plain(text: str) -> str:
    """Render plain text as a post."""
    return render_post(text, linking=LINKING).html


def marked(text: str) -> str:
    """Render Markdown as a post, without line ends between blocks."""
    return render_post(text, markdown=True, linking=LINKING).html.replace("\n", "")


PLAIN = [
    pytest.param("a\nb\r\nc", "<p>a<br>b<br>c</p>", id="line ends"),
    pytest.param("a\n\n \n\nb\n", "<p>a</p><p>b</p>", id="paragraphs"),
    pytest.param("<b> & *c*", "<p>&lt;b&gt; &amp; *c*</p>", id="signs are signs"),
    pytest.param("Hi @ada!", f"<p>Hi {ADA}!</p>", id="a mention"),
    pytest.param("Hi @eve", "<p>Hi @eve</p>", id="a mention of nobody"),
    pytest.param("#Tea?", f"<p>{TEA}?</p>", id="a hashtag"),
    pytest.param(
        "https://www.a.example/b",
        f'<p><a href="https://www.a.example/b" {REL}><span class="invisible">https://www.</span>'
        '<span>a.example/b</span><span class="invisible"></span></a></p>',
        id="a link",
    ),
    pytest.param(
        "https://a.example/" + "b" * 40,
        f'<p><a href="https://a.example/{"b" * 40}" {REL}><span class="invisible">https://</span>'
        f'<span class="ellipsis">a.example/{"b" * 20}</span>'
        f'<span class="invisible">{"b" * 20}</span></a></p>',
        id="a long link",
    ),
    pytest.param(" \n ", "", id="nothing"),
]


@pytest.mark.parametrize(("text", "expected"), PLAIN)
def test_plain_text(text: str, expected: str) -> None:
    assert plain(text) == expected


MARKDOWN = [
    pytest.param(
        "*a* **b** ~~c~~ `d`",
        "<p><em>a</em> <strong>b</strong> <s>c</s> <code>d</code></p>",
        id="marks",
    ),
    pytest.param("a\nb", "<p>a<br>b</p>", id="a line end breaks"),
    pytest.param("# A\nb", "<p><strong>A</strong></p><p>b</p>", id="a heading"),
    pytest.param(
        "> a\n\n1. b", "<blockquote><p>a</p></blockquote><ol><li>b</li></ol>", id="blocks"
    ),
    pytest.param("<b>a</b>", "<p>&lt;b&gt;a&lt;/b&gt;</p>", id="HTML is text"),
    pytest.param("<div>\n*a*", "<p>&lt;div&gt;<br><em>a</em></p>", id="a block of HTML is text"),
    pytest.param("*@ada*", f"<p><em>{ADA}</em></p>", id="a mention in a mark"),
    pytest.param("`@ada #Tea`", "<p><code>@ada #Tea</code></p>", id="none in code"),
    pytest.param("    @ada", "<pre><code>@ada</code></pre>", id="none in a block of code"),
    pytest.param(r"\@ada", "<p>@ada</p>", id="none when escaped"),
    pytest.param(
        "[@ada #Tea](https://a.example)",
        f'<p><a href="https://a.example" {REL}>@ada #Tea (a.example)</a></p>',
        id="none in a link, which says where it leads",
    ),
    pytest.param(
        "[https://bank.example](https://evil.example/x)",
        f'<p><a href="https://evil.example/x" {REL}>https://bank.example (evil.example)</a></p>',
        id="a link that lies",
    ),
    pytest.param(
        "[a.example](https://a.example/b)",
        f'<p><a href="https://a.example/b" {REL}>a.example</a></p>',
        id="a link that says it already",
    ),
    pytest.param(
        "[a.example.evil](https://a.example)",
        f'<p><a href="https://a.example" {REL}>a.example.evil (a.example)</a></p>',
        id="a link that only begins alike",
    ),
    pytest.param("[a](javascript:b)", "<p>[a](javascript:b)</p>", id="a script"),
    pytest.param("[a](java&#115;cript:b)", "<p>[a](javascript:b)</p>", id="a script in disguise"),
    pytest.param("[a](/b)", "<p>[a](/b)</p>", id="a path"),
    pytest.param("[a](//b.example)", "<p>[a](//b.example)</p>", id="a link without scheme"),
    pytest.param("<data:text/html,a>", "<p>&lt;data:text/html,a&gt;</p>", id="data in brackets"),
    pytest.param("|a|\n|-|\n|b|", "<p>|a|<br>|-|<br>|b|</p>", id="no tables in posts"),
]


@pytest.mark.parametrize(("text", "expected"), MARKDOWN)
def test_markdown(text: str, expected: str) -> None:
    assert marked(text) == expected


def test_a_picture_becomes_a_link() -> None:
    assert "<img" not in marked("![a](https://a.example/b.png)")


def test_a_post_tells_what_it_speaks_of_once_each() -> None:
    text = "@ada @ADA @bob@far.example #Tea #tea `@no` https://a.example [b](https://b.example)"
    post = render_post(text, markdown=True)
    assert post.handles == (Handle("ada"), Handle("bob", "far.example"))
    assert post.tags == ("tea",)
    assert post.urls == ("https://a.example", "https://b.example")


def test_a_line_has_no_paragraphs() -> None:
    assert render_line(" a\n<b> @ada ", linking=LINKING) == f"a &lt;b&gt; {ADA}"


def document(text: str) -> str:
    """Render a document, without line ends between blocks."""
    return render_document(text).replace("\n", "")


DOCUMENTS = [
    pytest.param("# A\n\n###### B", "<h2>A</h2><h6>B</h6>", id="headings are one lower"),
    pytest.param("[a](/terms)", '<p><a href="/terms">a</a></p>', id="a page of ours"),
    pytest.param(
        "[a](/\\evil.example)",
        '<p><a href="/%5Cevil.example">a</a></p>',
        id="a backslash is no host",
    ),
    pytest.param(
        "[a](mailto:b@c.example)", '<p><a href="mailto:b@c.example">a</a></p>', id="mail"
    ),
    pytest.param("[a](javascript:b)", "<p>[a](javascript:b)</p>", id="a script"),
    pytest.param("<script>a</script>", "<p>&lt;script&gt;a&lt;/script&gt;</p>", id="HTML is text"),
    pytest.param(
        "|a|\n|:-:|\n|b|",
        "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>b</td></tr></tbody></table>",
        id="a table, without style",
    ),
    pytest.param("@ada `@bob`", "<p>@ada <code>@bob</code></p>", id="nobody is mentioned"),
]


@pytest.mark.parametrize(("text", "expected"), DOCUMENTS)
def test_documents(text: str, expected: str) -> None:
    assert document(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("- " * 10_000 + "hidden", id="a list of ten thousand levels"),
        pytest.param("> " * 10_000 + "hidden", id="as many quotes"),
        pytest.param("\n".join("  " * i + "- a" for i in range(400)) + "hidden", id="steps"),
        pytest.param("|a" * 3_000 + "\n" + "|-" * 3_000 + "\n|hidden", id="a wide table"),
        pytest.param("|a\n|-\n" + "|b\n" * 6_000 + "|hidden", id="a long table"),
        pytest.param("|a" * 70 + "\n" + "|-" * 70 + "\nhidden" + "\n|b" * 100, id="empty cells"),
    ],
)
def test_nothing_of_a_document_is_hidden_by_its_depth_or_width(text: str) -> None:
    for html in (render_document(text), render_post(text, markdown=True).html):
        assert words_of(html, allowed=DOCUMENT).count("hidden") == 1
        assert html.count("<td>") <= 5_000


@pytest.mark.parametrize(
    "unit",
    [
        "[",
        "![",
        "[a](",
        "*a ",
        "**",
        "`",
        "~~a",
        "_a__b",
        "<a",
        "&",
        "\\*",
        "https://",
        "[a][b]",
        "|",
    ],
)
def test_documents_made_to_be_slow_are_quick(unit: str) -> None:
    text = unit * (50_000 // len(unit))
    started = time.process_time()
    html = render_document(text)
    assert time.process_time() - started < 8
    words_of(html, allowed=DOCUMENT)


PIECES = [
    *(
        "*",
        "_",
        "`",
        "[",
        "](",
        ")",
        "<",
        ">",
        "|",
        "\n",
        "\n\n",
        "- ",
        "# ",
        "> ",
        "    ",
        "```\n",
    ),
    *(
        "@ada",
        "#tea",
        "https://a.example/?b=1&c",
        "javascript:",
        "&lt;",
        "<script>",
        '"',
        "'",
        "\\",
    ),
    *("|-|", "1. ", "~~", "<https://a.example>", "[b]: https://b.example", "\0", "\r", "![", " "),
]
TEXT = st.lists(st.sampled_from(PIECES) | st.text(st.characters(), max_size=5), max_size=40).map(
    "".join
)


@given(TEXT, st.booleans())
def test_whatever_is_written_a_post_holds_only_what_is_allowed(text: str, markdown: bool) -> None:
    words_of(render_post(text, markdown=markdown, linking=LINKING).html)


@given(TEXT)
def test_whatever_is_written_a_document_holds_only_what_is_allowed(text: str) -> None:
    words_of(render_document(text), allowed=DOCUMENT)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=200))
def test_plain_text_keeps_every_word(text: str) -> None:
    words = words_of(render_post(text).html)
    assert "".join(words.split()) == "".join(text.split())
