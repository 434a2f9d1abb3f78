"""Parameters in four encodings and bracket notation become one mapping."""

from typing import Any

import pytest
from starlette.exceptions import HTTPException

from app.core.errors import Invalid
from app.core.shapes import Shape
from app.mastodon.params import Params, read_json, unfold
from app.mastodon.values import Flag, Ids, Texts, moment, read_flag, read_id
from tests.factories import NOON

UNFOLDED = [
    pytest.param([("a", "1")], {"a": "1"}, id="a plain one"),
    pytest.param([("ids[]", "1"), ("ids[]", "2")], {"ids": ["1", "2"]}, id="a list"),
    pytest.param(
        [("source[privacy]", "private")], {"source": {"privacy": "private"}}, id="nested"
    ),
    pytest.param(
        [("poll[options][]", "a"), ("poll[options][]", "b"), ("poll[multiple]", "1")],
        {"poll": {"options": ["a", "b"], "multiple": "1"}},
        id="a list in a mapping",
    ),
    pytest.param(
        [("m[][id]", "1"), ("m[][text]", "x"), ("m[][id]", "2")],
        {"m": [{"id": "1", "text": "x"}, {"id": "2"}]},
        id="a repeated key begins a new mapping",
    ),
    pytest.param(
        [("f[1][name]", "b"), ("f[0][name]", "a")],
        {"f": {"1": {"name": "b"}, "0": {"name": "a"}}},
        id="numbered mappings",
    ),
    pytest.param([("id[][]", "1"), ("id[][]", "2")], {"id": ["1", "2"]}, id="a list of a list"),
    pytest.param([("a", "1"), ("a[b]", "2")], {"a": "1"}, id="a contradiction is dropped"),
    pytest.param([("a[b][c][d][e]", "1")], {}, id="too deep"),
    pytest.param([("[a]", "1"), ("a[", "2"), ("a]b", "3"), ("", "4")], {}, id="no names at all"),
    pytest.param([("a[][b][c]", "1")], {"a": [{"b": {"c": "1"}}]}, id="deep in a list"),
]


@pytest.mark.parametrize(("pairs", "values"), UNFOLDED)
def test_unfold(pairs: list[tuple[str, Any]], values: dict[str, Any]) -> None:
    assert unfold(pairs) == values


@pytest.mark.parametrize("text", ["false", "0", "f", "F", "off", "FALSE", ""])
def test_known_noes(text: str) -> None:
    assert read_flag(text) is False


@pytest.mark.parametrize("value", ["true", "1", "on", "yes", True, 1])
def test_everything_else_is_a_yes(value: Any) -> None:
    assert read_flag(value) is True


@pytest.mark.parametrize("text", ["", "-1", "1.5", "١", "abc", str(2**63), "9" * 30, True])
def test_no_id(text: Any) -> None:
    assert read_id(text) is None


def test_reading_single_values() -> None:
    params = Params({"ids": ["3", 4, "x", "3"], "one": "7", "no": "false", "words": "a"})
    assert params.ids("ids") == (3, 4)
    assert params.ids("one") == (7,)
    assert params.ids("absent") == ()
    assert params.id("one") == 7
    assert params.id("absent") is None
    assert params.flag("no") is False
    assert params.flag("absent") is None
    assert params.texts("words") == ("a",)
    assert params.text("ids") == "3"
    assert params.file("words") is None
    with pytest.raises(Invalid, match="not an id"):
        params.id("words")


class Sent(Shape):
    """What a program may send."""

    title: str
    exclusive: Flag = False
    account_ids: Ids = ()
    context: Texts = ()


def test_reading_a_shape() -> None:
    params = Params({"title": "Friends", "exclusive": "on", "account_ids": "5", "context": "home"})
    assert params.read(Sent) == Sent(
        title="Friends", exclusive=True, account_ids=(5,), context=("home",)
    )
    with pytest.raises(Invalid, match="title"):
        Params({}).read(Sent)


def test_json_in_bracket_notation_and_without() -> None:
    assert read_json(b'{"ids[]": [1], "a[b]": "c", "d": {"e": "f\\u0000"}}') == {
        "ids": [1],
        "a": {"b": "c"},
        "d": {"e": "f"},
    }


@pytest.mark.parametrize("body", [b"[1]", b"nonsense", b'"text"', b"\xff"])
def test_json_that_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(HTTPException):
        read_json(body)


def test_moments_have_three_decimals() -> None:
    assert moment(NOON.replace(microsecond=123_999)).endswith(":00.123Z")
    assert moment(NOON).endswith(":00.000Z")
