"""Words as they are found: one spelling for all, the same on both databases. Pure.

Scripts without spaces between words are found letter by letter.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

TOKEN_MAX: Final = 64
TOKENS_MAX: Final = 5_000  # Of one post; what is longer is found by its beginning.
_RUNS: Final = re.compile(r"[^\W_]+")
_NO_SPACES: Final = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]"
)


def tokens(text: str) -> list[str]:
    """Return the words of a text, in order, without case, accents and signs."""
    found = []
    for token in _tokens(_plain(text)):
        found.append(token[:TOKEN_MAX])
        if len(found) == TOKENS_MAX:
            break
    return found


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    kept = (c for c in folded if unicodedata.category(c) != "Mn" or _NO_SPACES.match(c))
    return unicodedata.normalize("NFC", "".join(kept))


def _tokens(text: str) -> Iterator[str]:
    for run in _RUNS.findall(text):
        if _NO_SPACES.search(run) is None:
            yield run
        else:
            yield from _split(run)


def _split(run: str) -> Iterator[str]:
    word = ""
    for letter in run:
        if _NO_SPACES.match(letter) is None:
            word += letter
            continue
        if word:
            yield word
        word = ""
        yield letter
    if word:
        yield word
