"""Keeping words in a table so that they are still translated when they are read. Pure."""

from typing import Any

from app.core.words import Words, say

AS_IT_IS = "{text}"


def kept(text: str) -> dict[str, Any]:
    """Return `text` as JSON: the message with its parameters, if it was made by `say`."""
    if not isinstance(text, Words):
        return {"id": AS_IT_IS, "with": {"text": text}}
    return {"id": text.message_id, "with": {n: _part(v) for n, v in text.parameters.items()}}


def _part(value: Any) -> Any:
    if isinstance(value, Words):
        return kept(value)
    return value if isinstance(value, int) else str(value)


def restored(data: dict[str, Any]) -> Words:
    """Return the words that `kept` was given."""
    parts = {n: restored(v) if isinstance(v, dict) else v for n, v in data["with"].items()}
    return say(data["id"], **parts)
