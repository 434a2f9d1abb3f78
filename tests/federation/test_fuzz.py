"""Whatever comes as JSON is read or refused, and nothing else happens. The corpus is kept."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from hypothesis import given
from hypothesis import strategies as st

from app.federation.activitystreams.activities import Activity, announced, read_activity
from app.federation.activitystreams.actors import read_actor, read_keys
from app.federation.activitystreams.addressing import reach_of
from app.federation.activitystreams.collections import read_page
from app.federation.activitystreams.documents import Document, Unreadable, read_document
from app.federation.activitystreams.posts import Post, read_post
from app.federation.authority import NotTheirs, Source, confirm, owner_named, verify
from tests.federation.written import NOW

HERE: Final = Path(__file__).parent
CORPUS: Final = [path.read_bytes() for path in sorted((HERE / "corpus").glob("*.json"))]
SAMPLES: Final[list[dict[str, Any]]] = [
    sample["document"]
    for path in sorted((HERE / "documents").glob("*.json"))
    for sample in json.loads(path.read_text()).values()
]
NAMES: Final = sorted({name for sample in SAMPLES for name in sample} | {"object", "oneOf"})
TYPES: Final = sorted({str(sample["type"]) for sample in SAMPLES} | {"Note", "Link", "Emoji"})

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(TYPES)
    | st.sampled_from(
        ["https://a.example/1", "http://[::1]/", "https://b\u00fc.example", "as:Public"]
    )
    | st.sampled_from(
        ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-01-01", "P1D"]
    )
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), inner, max_size=6)
    ),
    max_leaves=20,
)
mutated = st.builds(
    lambda sample, changes: {**sample, **changes},
    st.sampled_from(SAMPLES),
    st.dictionaries(st.sampled_from(NAMES), values, max_size=4),
)


def read_post_whole(document: Document) -> Post:
    post = read_post(document, now=NOW)
    reach_of(post.audience, author=post.author, followers=None, mentioned=[])
    return post


def read_activity_whole(document: Document) -> Activity:
    activity = read_activity(document, now=NOW)
    assert activity.reported is not None
    if activity.objects:
        announced(activity)
    for actor in activity.actors:
        verify(activity, actor=actor, source=Source.FETCHED, here={"here.example"})
    return activity


READERS: Final[list[Callable[[Document], object]]] = [
    lambda document: read_actor(document, now=NOW),
    lambda document: owner_named(document, "https://a.example/1"),
    lambda document: confirm(
        document, asked="https://a.example/1", answered="https://a.example/1", here=()
    ),
    read_activity_whole,
    read_keys,
    read_page,
    read_post_whole,
]


def read_all(body: bytes) -> None:
    try:
        document = read_document(body)
    except Unreadable:
        return
    for read in READERS:
        try:
            repr(read(document)).encode()  # All of it can be written down.
        except (Unreadable, NotTheirs):
            continue


@given(mutated | st.dictionaries(st.sampled_from(NAMES), values, max_size=8))
def test_whatever_is_said_is_read_or_refused(value: dict[str, Any]) -> None:
    read_all(json.dumps(value).encode())


@given(
    st.binary(max_size=200)
    | st.builds(
        lambda sample, at, junk: (
            (text := json.dumps(sample).encode())[: at % len(text)] + junk + text[at % len(text) :]
        ),
        st.sampled_from(SAMPLES),
        st.integers(0, 5_000),
        st.binary(max_size=5),
    )
)
def test_whatever_comes_is_read_or_refused(body: bytes) -> None:
    read_all(body)


def test_the_corpus_is_read_or_refused() -> None:
    assert len(CORPUS) >= 8
    for body in CORPUS:
        read_all(body)
