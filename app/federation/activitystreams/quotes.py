"""Which post a post quotes, in all the ways to say so. Source: FEP-044f, FEP-e232."""

from typing import Final

from app.core.records import Record
from app.federation.activitystreams.documents import Document
from app.federation.activitystreams.tags import ObjectLink

# Once for each server that went ahead: Misskey, Fedibird and Pleroma, and again Misskey.
_OLDER_NAMES: Final = ("_misskey_quote", "quoteUrl", "quoteUri", "quoteURL", "quoteURI")
_QUOTE_REL: Final = "_misskey_quote"


class Quote(Record):
    """A quoted post, and where its author's consent can be read.

    A legacy quote comes from a site that knows no consent.
    """

    uri: str
    authorization: str | None = None
    is_legacy: bool = False


def read_quote(document: Document, links: tuple[ObjectLink, ...]) -> Quote | None:
    """Return what a post with these object links quotes; the first way to say so counts."""
    if quoted := document.uri("quote"):
        return Quote(quoted, document.uri("quoteAuthorization"))
    if quoted := document.uri(*_OLDER_NAMES):
        return Quote(quoted, is_legacy=True)
    for link in links:
        # A link without a relation may be a mere reference; "RE:" is how a quote is announced.
        is_quote = any(_QUOTE_REL in rel for rel in link.rel) or link.name.startswith("RE:")
        if is_quote:
            return Quote(link.href, is_legacy=True)
    return None
