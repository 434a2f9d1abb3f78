"""Passwords that everybody tries first, caught without a network and without a long list. Pure.

People build them the same way: a common word or a walk over the keyboard, a few letters swapped
for look-alikes, digits and signs at the ends, the whole twice. So the rule undoes these habits
and looks up what is left.
"""

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

FIGURES_MIN: Final = 14  # Of digits and signs alone.
_SWAPS: Final = str.maketrans("4@310!5$7+89", "aaeloissttbg")
_ENDS: Final = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_ROWS: Final = (
    "01234567890",
    "1234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "yxcvbnm",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "1q2w3e4r5t6y7u8i9o0p",
    "abcdefghijklmnopqrstuvwxyz",
)
# Words that lists of leaked passwords begin with, in general, and some that fit a co-op.
_WORDS: Final = """
password passwort parola motdepasse contrasena senha wachtwoord losenord haslo salasana sifre
passwords passwd pass passcode secret secrets geheim letmein login access default guest
changeme change welcome willkommen bienvenue hello hallo hola bonjour test testing tester
admin administrator root superuser user username master system server
qwerty qwertz azerty iloveyou loveyou lovely love liebe amour princess prinzessin
sunshine rainbow flower flowers summer winter spring autumn monday friday january december
football fussball baseball basketball hockey soccer liverpool arsenal chelsea barcelona
dragon monkey tiger lion eagle shadow superman batman spiderman pokemon starwars matrix
computer internet google facebook twitter mastodon fediverse instagram
michael jennifer jessica ashley daniel thomas andrea jordan charlie george
freedom trustno whatever nothing killer hunter ranger cookie cheese chocolate pepper
banana orange apple pizza coffee purple yellow silver golden diamond
coop cooperative commonhold member members community together
"""
WORDS: Final = frozenset(_WORDS.split())


def is_common(password: str, *, personal: Iterable[str] = ()) -> bool:
    """Return whether the password is one of those tried first, or made of `personal` words.

    Personal are the name, the mail address, the co-op: what others know of the account.
    """
    plain = password.casefold()
    known = WORDS.union(*(_parts(word) for word in personal))
    return any(_is_obvious(text, known) for text in {plain, _once(plain)})


def _is_obvious(text: str, known: frozenset[str]) -> bool:
    if len(set(text)) <= 2 or _is_walk(text):
        return True
    swapped = text.translate(_SWAPS)
    candidates = {text, _ENDS.sub("", text), swapped, _ENDS.sub("", text).translate(_SWAPS)}
    if "" in candidates and len(text) < FIGURES_MIN:
        return True
    return any(
        word in known or _once(word) in known or _is_two(word, known) for word in candidates
    )


def _is_two(word: str, known: frozenset[str]) -> bool:
    """Return whether the word is two known ones, with nothing but signs between them."""
    bare = "".join(letter for letter in word if letter.isalpha())
    return any(bare[:cut] in known and bare[cut:] in known for cut in range(3, len(bare) - 2))


def _once(text: str) -> str:
    """Return the part that `text` repeats, or the whole text."""
    at = (text + text).find(text, 1)
    return text[:at]


def _is_walk(text: str) -> bool:
    """Return whether the text is a walk along a row of keys, the alphabet or the numbers.

    A step is two neighbouring keys; a walk may turn or change its row once or twice.
    """
    steps = sum(_is_step(a + b) for a, b in pairwise(text))
    return len(text) - 1 - steps <= 2 and len(text) >= 4


def _is_step(pair: str) -> bool:
    return any(pair in row or pair in row[::-1] for row in _ROWS) or pair[0] == pair[1]


def _parts(word: str) -> frozenset[str]:
    whole = word.casefold()
    pieces = re.split(r"[\W_]+", whole)
    return frozenset(part for part in (whole, *pieces) if len(part) >= 3)
