"""Documents written for a test, small and right, to be changed in one place."""

import json
from datetime import UTC, datetime
from typing import Any, Final

from app.federation.activitystreams.actors import Actor, read_actor
from app.federation.activitystreams.documents import Document, read_document
from app.federation.activitystreams.posts import Post, read_post

NOW: Final = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
THERE: Final = "https://there.example"
WHO: Final = f"{THERE}/users/1"
NOTE: Final = {"id": f"{THERE}/1", "type": "Note", "attributedTo": WHO, "content": "<p>Hi</p>"}
PERSON: Final = {
    "id": WHO,
    "type": "Person",
    "preferredUsername": "ada",
    "inbox": f"{WHO}/inbox",
}
LIKE: Final = {
    "id": f"{THERE}/2",
    "type": "Like",
    "actor": WHO,
    "object": "https://here.example/9",
}


def document(value: Any) -> Document:
    return read_document(json.dumps(value).encode())


def post(**given: Any) -> Post:
    return read_post(document(NOTE | given), now=NOW)


def actor(**given: Any) -> Actor:
    return read_actor(document(PERSON | given), now=NOW)
