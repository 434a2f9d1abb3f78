"""Input for the co-op API made from its own description: what fits, and what nearly does."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

WEIRD_TEXTS = (
    *("", " ", "\0", "a\0b", "\ud800", "\u202e", "0", "-1", "9" * 30, "None", "../..", "%00"),
    *("'; DROP TABLE ballots; --", "{}", "<script>", "é" * 300, "x" * 5000),
)
WEIRD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 2**31, 2**63, 10**40, 0.5, [], {}, [[]], {"": ""}),
    *WEIRD_TEXTS,
)
# Kept rare, so that most bodies get past the first look.
weird = st.sampled_from(WEIRD)
json_values = st.recursive(
    weird | st.text(max_size=8) | st.integers(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


class Guesses:
    """Strategies for the schemas of one OpenAPI document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._schemas = document["components"]["schemas"]

    def of(self, schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
        """Return values that fit the schema, and sometimes one that does not."""
        fitting = self._fitting(schema)
        return st.integers(0, 11).flatmap(lambda n: json_values if n == 0 else fitting)

    def _fitting(self, schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            return st.deferred(lambda: self.of(self._schemas[name]))
        for several in ("anyOf", "oneOf"):
            if several in schema:
                return st.one_of([self.of(one) for one in schema[several]])
        if "const" in schema:
            return st.just(schema["const"])
        if "enum" in schema:
            return st.sampled_from(schema["enum"])
        make = getattr(self, f"_{schema.get('type', 'anything')}")
        made: st.SearchStrategy[Any] = make(schema)
        return made

    def _object(self, schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
        known = {name: self.of(one) for name, one in schema.get("properties", {}).items()}
        needed = {name: known.pop(name) for name in schema.get("required", ())}
        if not needed and not known:
            inner = schema.get("additionalProperties")
            value = self.of(inner) if isinstance(inner, dict) else json_values
            return st.dictionaries(st.text(max_size=6), value, max_size=3)
        return st.fixed_dictionaries(needed, optional=known)

    def _array(self, schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
        return st.lists(self.of(schema.get("items", {})), max_size=3)

    def _string(self, schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
        if "pattern" in schema:
            return st.from_regex(schema["pattern"], fullmatch=True)
        if schema.get("format") == "date":
            return st.sampled_from(
                ("2027-06-01", "2026-11-09", "2026-02-30", "9999-12-31", "0001-01-01")
            )
        if schema.get("format") == "date-time":
            return st.sampled_from(
                ("2026-11-09T12:00:00Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59Z")
            )
        return st.text(max_size=30) | st.sampled_from(WEIRD_TEXTS)

    def _integer(self, schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
        return st.integers(schema.get("minimum"), schema.get("maximum"))

    def _boolean(self, _schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
        return st.booleans()

    def _null(self, _schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
        return st.none()

    def _anything(self, _schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
        return json_values
