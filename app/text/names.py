"""Names that people choose: made harmless to look at, and compared by their looks."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

FIRST_STRONG_ISOLATE = "\u2068"
POP_ISOLATE = "\u2069"
MARKS_MAX = 4  # On one letter. Vietnamese needs two, pointed Hebrew three, Tibetan four.

_BIDI_CONTROLS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_INVISIBLE = re.compile(
    f"[{_BIDI_CONTROLS}\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u2060-\u2065"
    "\u206a-\u206f\u2800\u3164\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e001f\U000e0080-\U000e0fff]"
)
_JOINER = "\u200d"
_NON_JOINER = "\u200c"


def one_line(text: str, *, limit: int) -> str:
    """Return a name, title or label fit to show: one line, without tricks, at most `limit` long.

    Direction controls, invisible signs and control characters go; letters keep at most four
    marks; joiners stay only where writing needs them: inside emoji, and between letters of
    scripts that join. The limit counts code points of the result.
    """
    composed = unicodedata.normalize("NFC", text)
    visible = _INVISIBLE.sub("", composed)
    words = "".join(_calm(visible)).split()
    return " ".join(words)[:limit].rstrip()


def _calm(text: str) -> Iterator[str]:
    marks, previous = 0, ""
    for letter in text:
        category = unicodedata.category(letter)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if category in ("Cc", "Zl", "Zp"):
            letter = " "
        is_joiner = letter in (_JOINER, _NON_JOINER)
        is_stray = is_joiner and not _joins(previous, letter)
        if marks <= MARKS_MAX and category not in ("Cs", "Co", "Cn") and not is_stray:
            yield letter
            previous = letter


def _joins(previous: str, joiner: str) -> bool:
    """Return whether a joiner after `previous` changes how it is drawn."""
    if not previous or previous.isascii():
        return False
    category = unicodedata.category(previous)
    if category in ("So", "Sk") or previous == "\ufe0f":  # Emoji, with modifiers.
        return joiner == _JOINER
    return category in ("Lo", "Mn", "Mc") and not _is_latin_like(previous)


def _is_latin_like(letter: str) -> bool:
    name = unicodedata.name(letter, "")
    return name.startswith(("LATIN", "GREEK", "CYRILLIC"))


def isolate(text: str) -> str:
    """Wrap text of unknown direction for plain-text places such as mail, as bdi does in HTML."""
    return f"{FIRST_STRONG_ISOLATE}{_INVISIBLE.sub('', text)}{POP_ISOLATE}"


def code_points(text: str) -> list[str]:
    """Name every code point of `text`, for the eyes of a moderator."""
    return [f"U+{ord(c):04X} {unicodedata.name(c, 'without a name')}" for c in text]


def skeleton(text: str) -> str:
    """Return what `text` looks like: two names with one skeleton are easily confused.

    Compare skeletons only with each other; they are not for show. Case, marks, width, spaces,
    dots, hyphens and underscores do not count; look-alike letters of other scripts become
    Latin ones.

    Source: the idea of UTS 39, section 4, with a table for the scripts that pose as Latin.
    """
    plain = unicodedata.normalize("NFKD", _INVISIBLE.sub("", text))
    table = _look_alikes()
    folded = unicodedata.normalize("NFKD", plain.translate(table).casefold()).translate(table)
    kept = (c for c in folded if unicodedata.category(c)[0] in "LNS")
    return "".join(kept).replace("i", "l").replace("rn", "m").replace("vv", "w")


def poses_as_latin(text: str) -> bool:
    """Return whether foreign letters in `text` could be taken for Latin ones.

    True for a mix of Latin with another script, and for a text of another script that looks
    Latin from end to end; false for honest words of one script, accents included.
    """
    letters = [c for c in text if c.isalpha()]
    latin = [unicodedata.name(c, "").startswith("LATIN") for c in letters]
    if all(latin):
        return False
    return any(latin) or skeleton(text).isascii()


@cache
def _look_alikes() -> dict[int, str]:
    """Return the letters that are drawn like Latin letters or like each other."""
    pairs = zip(_FOREIGN.split(), _LATIN.split(), strict=True)
    return {ord(foreign): latin for foreign, latin in pairs}


_FOREIGN = """
а в е һ і ј к м н о р с т у х ѕ ԁ ԛ ԝ ѵ ѡ г ь ӏ ү ғ ӕ А В Е Н І Ј К М О Р С Т У Х Ѕ Ԁ Ԛ Ԝ Ѵ Ү Ӏ
α β γ ε η ι κ ν ο ρ τ υ χ ω ϲ ϳ Α Β Ε Ζ Η Ι Κ Μ Ν Ο Ρ Τ Υ Χ Ϲ
ա գ հ ո ս օ յ զ ց ք Օ Տ Լ Ս
ა ს ο օ ० ০ ੦ ૦ ୦ ௦ ౦ ೦ ൦ ๐ ໐ ၀ ٥ ۵ ס ⲟ ⲣ ⲥ
0 1 3 5 | ! $ @ ı ł ŀ ɑ ɡ ɩ ɪ ʏ ʟ ɴ ʀ ᴀ ᴄ ᴅ ᴇ ᴊ ᴋ ᴍ ᴏ ᴘ ᴛ ᴜ ᴠ ᴡ ᴢ ø đ ħ ŧ ƒ Ɩ ƅ ɵ ƽ
Ꭰ Ꭱ Ꭲ Ꭺ Ꭻ Ꮃ Ꮇ Ꮋ Ꮐ Ꮓ Ꮞ Ꮟ Ꮢ Ꮤ Ꮩ Ꮪ Ꮮ Ꮯ Ꮲ Ꮶ Ᏼ ⅼ ⅰ
"""
_LATIN = """
a b e h l j k m h o p c t y x s d q w v w r b l y f ae a b e h l j k m o p c t y x s d q w v y l
a b y e n l k v o p t u x w c j a b e z h l k m n o p t y x c
w q h n u o j q g p o s l u
o b o o o o o o o o o o o o o o o o o o p c
o l e s l l s a l l l a g l l y l n r a c d e j k m o p t u v w z o d h t f l b o s
d r t a j w m h g z 4 b r w v s l c p k b l l
"""
