"""HTML of other sites made safe: the fediverse's small allow-list, and nothing beside it."""

import re
from collections import Counter
from functools import cache
from html import escape, unescape

import nh3

from app.text.handles import host_of, shown_domain
from app.text.safe import SafeHtml, readable

_TAG_NAMES = "p br span a del s pre code em strong b i u ul ol li blockquote ruby rt rp"
TAGS = frozenset(_TAG_NAMES.split())
_SCHEME_NAMES = "http https dat dweb ipfs ipns ssb gopher xmpp magnet gemini"
SCHEMES = frozenset(_SCHEME_NAMES.split())
POST_TAGS = TAGS - {"b", "i", "u", "ruby", "rt", "rp"}
DOCUMENT_TAGS = POST_TAGS | {"h2", "h3", "h4", "h5", "h6", "hr"}
DOCUMENT_TAGS |= {"table", "thead", "tbody", "tr", "th", "td"}
CLASSES = frozenset({"mention", "hashtag", "u-url", "h-card", "invisible", "ellipsis"})
REL = "nofollow noopener noreferrer"
CLASS = re.compile(
    r"mention|hashtag|ellipsis|invisible|quote-inline|(?:u|h|p|e|dt)-[a-z0-9-]{1,40}"
)

# Reading HTML as browsers do takes the square of its depth and of its entities: both are bounded.
HTML_MAX = 1 << 18
TAGS_MAX = 8_000
DEPTH_MAX = 100

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})")
_ANY_TAG = re.compile(r"<[^<>]*>")
_HEADING = re.compile(r"<(/?)h[1-6](?:\s[^<>]*)?>", re.IGNORECASE)
_BREAK = re.compile(r"<br ?/?>|</(?:p|li|blockquote|pre|h[1-6]|tr)>", re.IGNORECASE)
_ANCHOR = re.compile(r'<a [^<>]*?href="([^"<>]*)"[^<>]*>')
_NESTED_FREELY = frozenset({"p", "br", "li", "hr", "img", "input", "wbr"})
_HOSTLIKE = re.compile(
    r"""(?<![^\s(\[<"'@])(?:https?://)?((?:[^\s/?#@:.()\[\]]{1,63}\.){1,10}[^\s/?#@:.()\[\]]{2,63})"""
)
_MENTION_WORDS = re.compile(r"@[\w.-]+(?:@[\w.:-]+)?")
_PARAGRAPH_TAG = re.compile(r"</?p[^<>]*>")


def sanitize(html: str) -> SafeHtml:
    """Return the HTML of another site with only what a post may hold.

    Never raises. Headings become bold paragraphs; HTML that is deeper or longer than any honest
    post becomes plain text; a link that shows another host than it leads to names the real one.
    """
    html = readable(html)
    if len(html) > HTML_MAX or _is_too_deep(html):
        return SafeHtml(f"<p>{escape(plain_text(html))}</p>")
    flat = _HEADING.sub(_bold_paragraph, html)
    return SafeHtml(_name_real_hosts(_remote_cleaner().clean(flat)))


def clean_post(html: str) -> SafeHtml:
    """Return HTML that `markup` wrote for a post: a second lock, which changes nothing."""
    return SafeHtml(_post_cleaner().clean(html))


def clean_document(html: str) -> SafeHtml:
    """Return HTML that `markup` wrote for a document: a second lock, which changes nothing."""
    return SafeHtml(_document_cleaner().clean(html))


def plain_text(html: str) -> str:
    """Return the words of HTML, one line for each of its lines: for mail, search and previews."""
    return unescape(_bare_text(html)).strip()


def sanitize_line(html: str) -> SafeHtml:
    """Return the HTML of a single line, such as a profile field of another site."""
    return SafeHtml(_PARAGRAPH_TAG.sub(" ", sanitize(html)).strip())


def _bare_text(html: str) -> str:
    return _ANY_TAG.sub("", _BREAK.sub("\n", html))


def _bold_paragraph(match: re.Match[str]) -> str:
    return "</strong></p>" if match[1] else "<p><strong>"


def _is_too_deep(html: str) -> bool:
    """Return whether the tags are more, or more deeply nested, than an honest post's."""
    opened: Counter[str] = Counter()
    depth = total = 0
    for closing, name in _TAG.findall(html):
        total += 1
        tag = name.lower()
        if tag in _NESTED_FREELY:
            continue
        if not closing:
            opened[tag] += 1
            depth += 1
        elif opened[tag]:
            opened[tag] -= 1
            depth -= 1
        if depth > DEPTH_MAX:
            return True
    return total > TAGS_MAX


def _keep_attribute(_tag: str, name: str, value: str) -> str | None:
    if name == "class":
        return " ".join(c for c in value.split() if CLASS.fullmatch(c)) or None
    if name == "href" and value.lower().startswith("http"):
        return value if host_of(value) is not None else None  # No user names before the host.
    return value


@cache
def _remote_cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(TAGS),
        clean_content_tags={"script", "style", "title", "textarea", "noscript", "template"},
        attributes={
            "a": {"href", "class", "translate"},
            "span": {"class", "translate"},
            "p": {"class"},
            "ol": {"start", "reversed"},
            "li": {"value"},
        },
        attribute_filter=_keep_attribute,
        link_rel=REL,
        set_tag_attribute_values={"a": {"target": "_blank"}},
        url_schemes=set(SCHEMES),
        url_relative="deny",
    )


@cache
def _post_cleaner() -> nh3.Cleaner:
    return _own_cleaner(POST_TAGS, schemes={"http", "https"})


@cache
def _document_cleaner() -> nh3.Cleaner:
    return _own_cleaner(DOCUMENT_TAGS, schemes={"http", "https", "mailto"})


def _own_cleaner(tags: frozenset[str], *, schemes: set[str]) -> nh3.Cleaner:
    """Return a cleaner that lets through exactly what our own writer produces."""
    return nh3.Cleaner(
        tags=set(tags),
        attributes={"a": {"href"}, "ol": {"start"}},
        allowed_classes={"a": set(CLASSES), "span": set(CLASSES)},
        tag_attribute_values={
            "a": {"rel": {REL, "tag"}, "target": {"_blank"}},
            "span": {"translate": {"no"}},
        },
        link_rel=None,
        url_schemes=schemes,
    )


def _name_real_hosts(html: str) -> str:
    """Append the real host to every link whose words look like another host."""
    if "<a " not in html:
        return html
    head, *links = html.split("<a ")
    return head + "".join("<a " + _name_real_host(link) for link in links)


def _name_real_host(link: str) -> str:
    inside, end, after = link.partition("</a>")
    match = _ANCHOR.match("<a " + inside)
    host = host_of(unescape(match[1])) if match else None
    if not end or host is None:
        return link
    words = unescape(_ANY_TAG.sub("", "<a " + inside))
    if not shows_other_host(words, host):
        return link
    return f"{inside}</a> [{escape(shown_domain(host))}]{after}"


def shows_other_host(words: str, host: str) -> bool:
    """Return whether the words of a link look like the address of another host than `host`."""
    if _MENTION_WORDS.fullmatch(words):
        return False
    return any(not _same_site(match[1], host) for match in _HOSTLIKE.finditer(words[:2_048]))


def _same_site(shown: str, host: str) -> bool:
    normal = host_of(f"https://{shown}")
    real = host.partition(":")[0]
    return normal is not None and normal.removeprefix("www.") == real.removeprefix("www.")
