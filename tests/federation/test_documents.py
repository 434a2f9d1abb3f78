"""Documents as each kind of server writes them, and what we read in them.

The documents are written by ourselves after the manuals of those servers; hosts are invented.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pytest

from app.federation.activitystreams.activities import Activity, announced, read_activity
from app.federation.activitystreams.actors import read_actor, read_keys
from app.federation.activitystreams.collections import read_page
from app.federation.activitystreams.documents import Document, Unreadable, read_document
from app.federation.activitystreams.posts import read_post
from tests.federation.written import NOW

FOLDER: Final = Path(__file__).parent / "documents"
SERVERS: Final = (
    "akkoma bookwyrm gotosocial lemmy mastodon misskey peertube pixelfed pleroma takahe wordpress"
)


def samples() -> Iterator[Any]:
    for path in sorted(FOLDER.glob("*.json")):
        for name, sample in json.loads(path.read_text()).items():
            yield pytest.param(sample, id=f"{path.stem}: {name}")


def read(document: Document, kind: str) -> Any:
    match kind:
        case "actor":
            return read_actor(document, now=NOW)
        case "keys":
            return read_keys(document)
        case "page":
            return read_page(document)
        case "activity":
            return read_activity(document, now=NOW)
        case "post" | "unreadable":
            return read_post(document, now=NOW)
    raise AssertionError(kind)


def like(found: Any, expected: Any) -> Any:
    """Return what was found, cut to the shape of what is expected, so that both compare."""
    if isinstance(expected, Mapping) and found is not None:
        return {name: like(_part(found, name), part) for name, part in expected.items()}
    if isinstance(expected, list) and isinstance(found, tuple):
        if len(found) != len(expected):
            return [str(each) for each in found]
        return [like(each, part) for each, part in zip(found, expected, strict=True)]
    return found.isoformat() if isinstance(found, datetime) else found


def _part(found: Any, name: str) -> Any:
    if name == "announced":
        assert isinstance(found, Activity)
        return announced(found)
    return getattr(found, name)


@pytest.mark.parametrize("sample", list(samples()))
def test_what_others_write_is_understood(sample: Mapping[str, Any]) -> None:
    document = read_document(json.dumps(sample["document"]).encode())
    if sample["as"] == "unreadable":
        with pytest.raises(Unreadable):
            read(document, sample["as"])
        return
    found = read(document, sample["as"])
    assert like(found, sample["reads"]) == sample["reads"]


def test_every_server_has_its_documents() -> None:
    assert SERVERS.split() == sorted(path.stem for path in FOLDER.glob("*.json"))
