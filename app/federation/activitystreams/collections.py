"""Collections: outboxes, followers, pinned posts, answers; whole or page by page."""

from typing import Final

from app.core.records import Record
from app.federation.activitystreams.documents import Document, Unreadable

PAGE_MAX: Final = 500
_TYPES: Final = frozenset(
    {"Collection", "OrderedCollection", "CollectionPage", "OrderedCollectionPage"}
)


class Page(Record, kw_only=True):
    """A page of a collection, or a collection that has its things with it.

    `items` are URIs, or things given whole: what their own site says of them is what counts.
    `first` and `next` are pages to fetch. `total` is what the collection claims.
    """

    id: str | None
    items: tuple[str | Document, ...]
    first: str | None = None
    next: str | None = None
    part_of: str | None = None
    total: int | None = None

    @property
    def uris(self) -> tuple[str, ...]:
        """The URIs of all items."""
        found = (item if isinstance(item, str) else item.id for item in self.items)
        return tuple(uri for uri in found if uri is not None)


def read_page(document: Document) -> Page:
    """Return the page that a document is; of a collection, also its first page if it is inside.

    Raises: Unreadable if it is no collection.
    """
    if _TYPES.isdisjoint(document.types):
        raise Unreadable(f"no collection: {document.type or 'no type'}")
    first = document.inner("first")
    source = first if first is not None and not _items(document) else document
    return Page(
        id=document.id,
        items=_items(source),
        first=document.uri("first") if first is None else None,
        next=source.uri("next"),
        part_of=source.uri("partOf"),
        total=document.count("totalItems"),
    )


def _items(document: Document) -> tuple[str | Document, ...]:
    return document.given("orderedItems", "items", limit=PAGE_MAX)
