"""From a post as its site wrote it to what is kept of it: clean words, bounded, our own forms."""

import re
from html import escape, unescape
from typing import Final

from app.core.errors import Invalid
from app.federation.activitystreams.attachments import Attachment, Medium
from app.federation.activitystreams.posts import Markup, Post, PostKind
from app.media.kinds import Form
from app.media.remote.attached import Attached
from app.statuses.polls.adopt import AskedElsewhere
from app.statuses.service.adopt import Wording
from app.statuses.tags import checked_tag
from app.text.markup import render_post
from app.text.names import one_line
from app.text.safe import SafeHtml
from app.text.sanitize import plain_text, sanitize

SPOILER_MAX: Final = 500  # Letters that are kept of a warning.
DESCRIPTION_MAX: Final = 1_500
TITLE_MAX: Final = 200
LINKS_LOOKED_AT: Final = 50
_FORMS: Final = {Medium.IMAGE: Form.IMAGE, Medium.VIDEO: Form.VIDEO, Medium.AUDIO: Form.AUDIO}
_ANCHOR: Final = re.compile(r"<a ([^<>]*)>")
_HREF: Final = re.compile(r'href="(https://[^"<>]+)"')
_NO_LINK: Final = re.compile(r'class="[^"]*(?:mention|hashtag)[^"]*"')
# What is published elsewhere under a title, and is more than a few words.
_BEHIND_A_CUT: Final = frozenset({PostKind.ARTICLE})
_SAID: Final = frozenset({PostKind.NOTE, PostKind.QUESTION, PostKind.OTHER})


def wording_of(post: Post, *, mentioned: frozenset[int]) -> Wording:
    """Return what a post of another site says; `mentioned` are the accounts that it names."""
    html = html_of(post)
    return Wording(
        html=str(html),
        text=plain_text(html),
        spoiler=one_line(_spoiler_of(post), limit=SPOILER_MAX),
        sensitive=post.is_sensitive,
        language=post.language,
        tags=_tags_of(post),
        mentioned=mentioned,
        urls=_urls_of(post, html),
        attached=[_attached(each) for each in post.attachments if each.medium in _FORMS],
        poll=_poll_of(post),
        edited_at=post.updated_at,
    )


def html_of(post: Post) -> SafeHtml:
    """Return the words of a post as safe HTML, with its title and where to find the rest."""
    content = _content(post)
    others = [each.url for each in post.attachments if each.medium not in _FORMS]
    if post.kind in _SAID:
        return sanitize(content + _links(others))
    title = post.title if post.kind not in _BEHIND_A_CUT else ""
    head = f"<p><strong>{escape(title)}</strong></p>" if title else ""
    page = [post.url] if post.url else []
    return sanitize(head + content + _links([*page, *post.links, *others]))


def _content(post: Post) -> str:
    if post.markup is Markup.HTML:
        return post.content or (f"<p>{escape(post.description)}</p>" if post.description else "")
    return str(render_post(post.content, markdown=post.markup is Markup.MARKDOWN).html)


def _links(urls: list[str]) -> str:
    shown = dict.fromkeys(urls)
    return "".join(f'<p><a href="{escape(u)}">{escape(u)}</a></p>' for u in shown)


def _spoiler_of(post: Post) -> str:
    return post.title if post.kind in _BEHIND_A_CUT else plain_text(post.warning)


def _tags_of(post: Post) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for name in post.tags.hashtags:
        try:
            found[checked_tag(name)] = None
        except Invalid:
            continue  # A tag of letters that ours are not made of.
    return tuple(found)


def _urls_of(post: Post, html: SafeHtml) -> tuple[str, ...]:
    """Return the links of a post that lead to pages, not to people or tags."""
    anchors = _ANCHOR.findall(html)[:LINKS_LOOKED_AT]
    found = [m[1] for a in anchors if not _NO_LINK.search(a) and (m := _HREF.search(a))]
    return (*post.links, *(unescape(url) for url in found))


def _attached(each: Attachment) -> Attached:
    x, y = each.focus or (0.0, 0.0)
    has_size = each.width and each.height
    return Attached(
        form=_FORMS[each.medium],
        url=each.url,
        preview_url=each.thumbnail.url if each.thumbnail else None,
        content_type=each.media_type,
        description=each.description[:DESCRIPTION_MAX],
        blurhash=each.blurhash,
        width=each.width if has_size else None,
        height=each.height if has_size else None,
        focus_x=round(x * 1_000),
        focus_y=round(y * 1_000),
        duration_ms=None if each.seconds is None else each.seconds * 1_000,
    )


def _poll_of(post: Post) -> AskedElsewhere | None:
    poll = post.poll
    if poll is None:
        return None
    named = {one_line(option.text, limit=TITLE_MAX): option.votes for option in poll.options}
    return AskedElsewhere(
        titles=tuple(named),
        votes=tuple(named.values()),
        multiple=poll.is_multiple,
        ends_at=poll.closed_at or poll.ends_at,
        voters=poll.voters,
    )
