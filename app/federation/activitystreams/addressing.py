"""To whom something is said, and how far it reaches by our own words for it."""

from collections.abc import Collection
from typing import Final

from app.core.records import Record
from app.federation.activitystreams.documents import PUBLIC, Document, is_uri
from app.statuses.visibility import Visibility

RECIPIENTS_MAX: Final = 1_000
_PUBLIC_SPELLINGS: Final = frozenset({PUBLIC, "as:Public", "Public"})


class Audience(Record, kw_only=True):
    """The addressees, Public in its one spelling. Hidden ones (`bto`, `bcc`) are never read.

    `shown` is the `audience` of groups: it tells where a thing belongs, and lets nobody see it.
    """

    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    is_direct_message: bool = False  # Said by Pleroma and by us.

    @property
    def named(self) -> tuple[str, ...]:
        """Everybody addressed, but for the public."""
        return tuple(uri for uri in dict.fromkeys(self.to + self.cc) if uri != PUBLIC)


class Reach(Record, kw_only=True):
    """Who may see it. `silent` may, and are not notified, for nobody mentioned them.

    A limited one is for those named only, like a direct one, and is shown as for followers.
    """

    visibility: Visibility
    silent: tuple[str, ...] = ()
    is_limited: bool = False


def read_audience(document: Document, *, otherwise: Document | None = None) -> Audience:
    """Return whom an object addresses; if nobody, whom its activity does."""
    is_addressed = any(document.value(name) is not None for name in ("to", "cc"))
    source = document if is_addressed or otherwise is None else otherwise
    return Audience(
        to=_recipients(source, "to"),
        cc=_recipients(source, "cc"),
        shown=document.uris("audience", limit=16),
        is_direct_message=document.flag("directMessage") is True,
    )


def reach_of(
    audience: Audience,
    *,
    author: str,
    followers: str | None,
    mentioned: Collection[str],
    delivered_to: Collection[str] = (),
) -> Reach:
    """Return how far a thing by `author` reaches, whose followers are the collection `followers`.

    `mentioned` are URIs of people; `delivered_to` those of ours whose own inbox got it.
    Source: the manuals of the servers; Pleroma puts followers into `cc`.
    """
    everyone = (*audience.named, *delivered_to)
    nobodys = {author, followers, *mentioned}
    silent = tuple(uri for uri in dict.fromkeys(everyone) if uri not in nobodys)
    if PUBLIC in audience.to:
        return Reach(visibility=Visibility.PUBLIC, silent=silent)
    if PUBLIC in audience.cc:
        return Reach(visibility=Visibility.UNLISTED, silent=silent)
    if followers is not None and followers in audience.named:
        return Reach(visibility=Visibility.FOLLOWERS, silent=silent)
    is_limited = bool(silent) and not audience.is_direct_message
    return Reach(visibility=Visibility.DIRECT, silent=silent, is_limited=is_limited)


def _recipients(document: Document, name: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for each in document.given(name, limit=RECIPIENTS_MAX):
        uri = each if isinstance(each, str) else each.id
        if uri in _PUBLIC_SPELLINGS:
            found[PUBLIC] = None
        elif uri is not None and is_uri(uri):
            found[uri] = None
    return tuple(found)
