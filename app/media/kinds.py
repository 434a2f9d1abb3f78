"""What a file is, by its first bytes and nothing else, and what of it we take. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from app.core.errors import Invalid
from app.core.records import Record
from app.core.words import Words, say
from app.media.limits import FILM_BYTES_MAX

KIB: Final = 1024
MIB: Final = 1024 * KIB
HEAD_BYTES: Final = 64


class MediaKind(StrEnum):
    """What a file is for."""

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


class Form(StrEnum):
    """What a file of a post is to whoever meets it; the words are those of apps."""

    IMAGE = "image"
    GIFV = "gifv"  # A short film without sound that was sent as a moving GIF.
    VIDEO = "video"
    AUDIO = "audio"


class Family(StrEnum):
    """What people call a file."""

    PICTURE = "picture"
    DRAWING = "drawing"
    FILM = "film"
    SOUND = "sound"
    OTHER = "other"


class FileType(Record):
    """A type of file that we can tell.

    `format` is the name of the decoder if it is a picture that we take; `reader` is the one
    reader of `app.media.reels` that opens it if it is a film or a sound that we take.
    """

    family: Family
    content_type: str
    extension: str = ""
    format: str | None = None
    reader: str | None = None


JPEG: Final = FileType(Family.PICTURE, "image/jpeg", "jpg", "JPEG")
PNG: Final = FileType(Family.PICTURE, "image/png", "png", "PNG")
GIF: Final = FileType(Family.PICTURE, "image/gif", "gif", "GIF", "gif")
WEBP: Final = FileType(Family.PICTURE, "image/webp", "webp", "WEBP")
AVIF: Final = FileType(Family.PICTURE, "image/avif", "avif", "AVIF")
HEIC: Final = FileType(Family.PICTURE, "image/heic")
SVG: Final = FileType(Family.DRAWING, "image/svg+xml")
BY_FORMAT: Final[Mapping[str, FileType]] = {
    kind.format: kind for kind in (JPEG, PNG, GIF, WEBP, AVIF) if kind.format is not None
}
MP4: Final = FileType(Family.FILM, "video/mp4", "mp4", reader="mov")
QUICKTIME: Final = FileType(Family.FILM, "video/quicktime", "mov", reader="mov")
WEBM: Final = FileType(Family.FILM, "video/webm", "webm", reader="matroska")
AVI: Final = FileType(Family.FILM, "video/x-msvideo")
MP3: Final = FileType(Family.SOUND, "audio/mpeg", "mp3", reader="mp3")
M4A: Final = FileType(Family.SOUND, "audio/mp4", "m4a", reader="mov")
AAC: Final = FileType(Family.SOUND, "audio/aac", "aac", reader="aac")
OGG: Final = FileType(Family.SOUND, "audio/ogg", "ogg", reader="ogg")
FLAC: Final = FileType(Family.SOUND, "audio/flac", "flac", reader="flac")
WAV: Final = FileType(Family.SOUND, "audio/wav", "wav", reader="wav")
# The types in which files leave this site: a closed list, all of them harmless to show.
BY_CONTENT_TYPE: Final[Mapping[str, FileType]] = {
    kind.content_type: kind for kind in (*BY_FORMAT.values(), MP4, MP3)
}
# What apps may send, by every name that they have for it.
_SENT: Final = (
    "image/jpeg image/png image/gif image/webp image/avif "
    "video/mp4 video/quicktime video/webm video/ogg "
    "audio/mpeg audio/mp3 audio/mp4 audio/m4a audio/x-m4a audio/aac audio/ogg audio/vorbis "
    "audio/flac audio/x-flac audio/wav audio/wave audio/x-wav audio/vnd.wave audio/webm "
    "audio/3gpp"
)
SENT_TYPES: Final = tuple(_SENT.split())

_STARTS: Final = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"\x1aE\xdf\xa3", WEBM),
    (b"ID3", MP3),
    (b"fLaC", FLAC),
    (b"OggS", OGG),
    (b"\xff\xfb", MP3),
    (b"\xff\xf3", MP3),
    (b"\xff\xf2", MP3),
    (b"\xff\xf1", AAC),
    (b"\xff\xf9", AAC),
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
    b"M4A ": M4A,
    b"M4B ": M4A,
    b"qt  ": QUICKTIME,
}
_RIFF: Final = {b"WEBP": WEBP, b"WAVE": WAV, b"AVI ": AVI}
# How a QuickTime film may begin that is older than brands.
_ATOMS: Final = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip"})

PICTURES_TAKEN: Final = say("We take pictures as JPEG, PNG, WebP, GIF or AVIF.")
FILMS_TAKEN: Final = say(
    "We take films as MP4, MOV, WebM or Ogg, and sounds as MP3, M4A, AAC, Ogg, FLAC or WAV."
)
REFUSALS: Final[Mapping[Family, Words]] = {
    Family.PICTURE: say(
        "This is a HEIC picture, which few browsers show. {accepted}", accepted=PICTURES_TAKEN
    ),
    Family.DRAWING: say("Drawings in SVG can hold programs. {accepted}", accepted=PICTURES_TAKEN),
    Family.FILM: say(
        "This film is of a kind that we cannot read. {accepted}", accepted=FILMS_TAKEN
    ),
    Family.SOUND: say(
        "This sound is of a kind that we cannot read. {accepted}", accepted=FILMS_TAKEN
    ),
    Family.OTHER: say(
        "This is not a picture, a film or a sound. {accepted} {films}",
        accepted=PICTURES_TAKEN,
        films=FILMS_TAKEN,
    ),
}
NO_PICTURE: Final = say("This is not a picture. {accepted}", accepted=PICTURES_TAKEN)


def sniff(head: bytes) -> FileType | None:
    """Return what a file is by its first HEAD_BYTES, whatever its name and sender say."""
    for start, kind in _STARTS:
        if head.startswith(start):
            return kind
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], MP4)
    if head[4:8] in _ATOMS:
        return QUICKTIME
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12])
    begins = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return SVG if begins.startswith((b"<svg", b"<?xml")) else None


def accepted_type(head: bytes, *, takes_films: bool = False) -> FileType:
    """Return the type of a picture that we take, or of a film or a sound where we take those.

    Raises: Invalid, naming what we do take.
    """
    file_type = sniff(head)
    family = Family.OTHER if file_type is None else file_type.family
    if not takes_films and family not in (Family.PICTURE, Family.DRAWING):
        raise Invalid(NO_PICTURE, file=NO_PICTURE)
    if file_type is None or not (file_type.format or file_type.reader):
        raise Invalid(REFUSALS[family], file=REFUSALS[family])
    return file_type


def bytes_max(file_type: FileType, kind: MediaKind) -> int:
    """Return how large a file of the type may be for its purpose."""
    return BYTES_MAX[kind] if file_type.format else FILM_BYTES_MAX
