"""Canonical JSON: one spelling for one value, and no floats."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.canonical import canonical_json, digest


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(1.5, id="a float"),
        pytest.param({"a": [0.0]}, id="a float inside"),
        pytest.param({1: "a"}, id="a key that is no text"),
        pytest.param({"a": {2, 3}}, id="a set"),
        pytest.param(b"x", id="bytes"),
    ],
)
def test_what_has_no_canonical_spelling_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        canonical_json(value)


def test_members_are_sorted_and_text_is_composed() -> None:
    decomposed = {"b": 1, "a": ["e\u0301", True, None], "\u00e9": {}}
    assert canonical_json(decomposed) == '{"a":["é",true,null],"b":1,"é":{}}'.encode()


def test_members_are_ordered_as_utf_16() -> None:
    assert canonical_json({"\U0001f600": 1, "\ufb33": 2}) == '{"\U0001f600":1,"\ufb33":2}'.encode()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(JSON, JSON)
def test_equal_values_have_equal_digests(one: Any, other: Any) -> None:
    assert (digest(one) == digest(other)) == (canonical_json(one) == canonical_json(other))
