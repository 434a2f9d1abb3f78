"""What a file is, by its first bytes and nothing else, and what of it we take. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.core.errors import Invalid
from app.core.words import Words, say

KIB: Final = 1024
MIB: Final = 1024 * KIB
HEAD_BYTES: Final = 64


class MediaKind(StrEnum):
    """What a picture is for."""

    PICTURE = "picture"
    AVATAR = "avatar"
    HEADER = "header"
    EMOJI = "emoji"


BYTES_MAX: Final[Mapping[MediaKind, int]] = {
    MediaKind.PICTURE: 16 * MIB,
    MediaKind.AVATAR: 8 * MIB,
    MediaKind.HEADER: 8 * MIB,
    MediaKind.EMOJI: 256 * KIB,
}
# Of these a smaller file is drawn beside the original.
WITH_PREVIEW: Final = frozenset({MediaKind.PICTURE, MediaKind.EMOJI})
WORN: Final = frozenset({MediaKind.AVATAR, MediaKind.HEADER})


class Family(StrEnum):
    """What people call a file."""

    PICTURE = "picture"
    DRAWING = "drawing"
    FILM = "film"
    SOUND = "sound"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class FileType:
    """A type of file that we can tell. `format` is the decoder's name if we take it."""

    family: Family
    content_type: str
    extension: str = ""
    format: str | None = None


JPEG: Final = FileType(Family.PICTURE, "image/jpeg", "jpg", "JPEG")
PNG: Final = FileType(Family.PICTURE, "image/png", "png", "PNG")
GIF: Final = FileType(Family.PICTURE, "image/gif", "gif", "GIF")
WEBP: Final = FileType(Family.PICTURE, "image/webp", "webp", "WEBP")
AVIF: Final = FileType(Family.PICTURE, "image/avif", "avif", "AVIF")
HEIC: Final = FileType(Family.PICTURE, "image/heic")
SVG: Final = FileType(Family.DRAWING, "image/svg+xml")
BY_FORMAT: Final[Mapping[str, FileType]] = {
    kind.format: kind for kind in (JPEG, PNG, GIF, WEBP, AVIF) if kind.format is not None
}
# The types in which pictures leave this site: a closed list, all of them harmless to show.
BY_CONTENT_TYPE: Final[Mapping[str, FileType]] = {
    kind.content_type: kind for kind in BY_FORMAT.values()
}

_FILM = FileType(Family.FILM, "video/mp4")
_SOUND = FileType(Family.SOUND, "audio/mpeg")
_STARTS: Final = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"\x1aE\xdf\xa3", _FILM),
    (b"ID3", _SOUND),
    (b"fLaC", _SOUND),
    (b"OggS", _SOUND),
    (b"\xff\xfb", _SOUND),
    (b"\xff\xf3", _SOUND),
    (b"\xff\xf1", _SOUND),
)
_BRANDS: Final = {
    b"avif": AVIF,
    b"avis": AVIF,
    b"heic": HEIC,
    b"heix": HEIC,
    b"hevc": HEIC,
    b"heim": HEIC,
    b"heis": HEIC,
    b"mif1": HEIC,
    b"msf1": HEIC,
    b"M4A ": _SOUND,
}
_RIFF: Final = {b"WEBP": WEBP, b"WAVE": _SOUND, b"AVI ": _FILM}

ACCEPTED: Final = say("We take pictures as JPEG, PNG, WebP, GIF or AVIF.")
REFUSALS: Final[Mapping[Family, Words]] = {
    Family.PICTURE: say(
        "This is a HEIC picture, which few browsers show. {accepted}", accepted=ACCEPTED
    ),
    Family.DRAWING: say("Drawings in SVG can hold programs. {accepted}", accepted=ACCEPTED),
    Family.FILM: say("Films come in a later version. {accepted}", accepted=ACCEPTED),
    Family.SOUND: say("Sound comes in a later version. {accepted}", accepted=ACCEPTED),
    Family.OTHER: say("This is not a picture. {accepted}", accepted=ACCEPTED),
}


def sniff(head: bytes) -> FileType | None:
    """Return what a file is by its first HEAD_BYTES, whatever its name and sender say."""
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], _FILM)
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12])
    begins = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return SVG if begins.startswith((b"<svg", b"<?xml")) else None


def accepted_type(head: bytes) -> FileType:
    """Return the type of a picture that we take. Raises: Invalid, naming what we do take."""
    kind = sniff(head)
    if kind is None or kind.format is None:
        sentence = REFUSALS[Family.OTHER if kind is None else kind.family]
        raise Invalid(sentence, file=sentence)
    return kind
