"""Lists of ours as other sites read them, a page at a time. Source: federation.md 13.

Numbers are nobody's business, so no list says how long it is.
"""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from app.federation.documents.contexts import STATUS_CONTEXT


def collection(uri: str, *, items: Sequence[Any], is_ordered: bool = True) -> dict[str, Any]:
    """Return a short list, whole."""
    names = ("OrderedCollection", "orderedItems") if is_ordered else ("Collection", "items")
    return _document(uri, names[0]) | {names[1]: list(items)}


def uncounted(uri: str) -> dict[str, Any]:
    """Return a list of which others learn neither the items nor the number."""
    return _document(uri, "Collection")


def paged(uri: str) -> dict[str, Any]:
    """Return a list that is read in pages, from the newest one on."""
    return _document(uri, "OrderedCollection") | {"first": f"{uri}?page=true"}


def page(
    uri: str,
    *,
    items: Sequence[Any],
    asked: dict[str, int | None],
    next_: dict[str, int] | None = None,
    prev: dict[str, int] | None = None,
) -> dict[str, Any]:
    """Return a page of a list that begins where `asked` says."""
    known = {name: value for name, value in asked.items() if value is not None}
    values = _document(_page_uri(uri, known), "OrderedCollectionPage")
    values |= {"partOf": uri, "orderedItems": list(items)}
    if next_ is not None:
        values["next"] = _page_uri(uri, next_)
    if prev is not None:
        values["prev"] = _page_uri(uri, prev)
    return values


def replies(uri: str, *, own_answers: Sequence[str]) -> dict[str, Any]:
    """Return the list of answers to a post: its author's stand in it, others' behind it."""
    return {"@context": STATUS_CONTEXT, **bare_replies(uri, own_answers=own_answers)}


def bare_replies(uri: str, *, own_answers: Sequence[str]) -> dict[str, Any]:
    """Return the list of answers to stand in another document, which brings the context."""
    return {
        "id": uri,
        "type": "Collection",
        "first": {
            "type": "CollectionPage",
            "partOf": uri,
            "items": list(own_answers),
            "next": f"{uri}?after=0",
        },
    }


def replies_page(
    uri: str, *, items: Sequence[str], after: int, next_after: int | None
) -> dict[str, Any]:
    """Return a page of the answers of others to a post."""
    values = _document(f"{uri}?after={after}", "CollectionPage")
    values |= {"partOf": uri, "items": list(items)}
    return values | ({} if next_after is None else {"next": f"{uri}?after={next_after}"})


def talk(
    uri: str,
    *,
    items: Sequence[str],
    author: str | None,
    after: int | None,
    next_after: int | None,
) -> dict[str, Any]:
    """Return a talk, oldest first; a long one goes on in pages. `author` began it."""
    if after is None:
        values = collection(uri, items=items)
        values |= {} if author is None else {"attributedTo": author}
    else:
        values = _document(f"{uri}?after={after}", "OrderedCollectionPage")
        values |= {"partOf": uri, "orderedItems": list(items)}
    return values | ({} if next_after is None else {"next": f"{uri}?after={next_after}"})


def _page_uri(uri: str, asked: dict[str, int]) -> str:
    return f"{uri}?{urlencode({'page': 'true', **asked})}"


def _document(uri: str, kind: str) -> dict[str, Any]:
    return {"@context": STATUS_CONTEXT, "id": uri, "type": kind}
