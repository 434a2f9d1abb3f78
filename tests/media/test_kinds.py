"""What a file is: by its bytes, and what we answer to those that we do not take."""

import pytest

from app.core.errors import Invalid
from app.media.kinds import (
    AVIF,
    GIF,
    HEIC,
    JPEG,
    PNG,
    WEBP,
    Family,
    accepted_type,
    sniff,
)
from tests.media.pictures import FORMATS, picture_file

TYPES = {"JPEG": JPEG, "PNG": PNG, "WEBP": WEBP, "GIF": GIF, "AVIF": AVIF}


@pytest.mark.parametrize("kind", FORMATS)
def test_pictures_are_told_by_their_bytes(kind: str) -> None:
    assert accepted_type(picture_file(kind)[:64]) is TYPES[kind]


REFUSED = [
    pytest.param(b"", Family.OTHER, "not a picture", id="an empty file"),
    pytest.param(b"MZ\x90\0", Family.OTHER, "not a picture", id="a program"),
    pytest.param(b"%PDF-1.7", Family.OTHER, "not a picture", id="a document"),
    pytest.param(b"<!doctype html>", Family.OTHER, "not a picture", id="a page"),
    pytest.param(b"#EXTM3U\nfile:///etc/passwd", Family.OTHER, "not a picture", id="a play list"),
    pytest.param(b" GIF89a", Family.OTHER, "not a picture", id="a picture behind a space"),
    pytest.param(b"\xef\xbb\xbf <SVG onload=x>", Family.DRAWING, "programs", id="a drawing"),
    pytest.param(b"<?xml version='1.0'?><svg>", Family.DRAWING, "programs", id="a drawing in XML"),
    pytest.param(b"\0\0\0\x18ftypheic", Family.PICTURE, "HEIC", id="a HEIC picture"),
    pytest.param(b"RIFF\0\0\0\0AVI LIST", Family.FILM, "This film", id="an AVI film"),
]


@pytest.mark.parametrize(("head", "family", "words"), REFUSED)
def test_what_we_do_not_take_is_named_and_so_is_what_we_do(
    head: bytes, family: Family, words: str
) -> None:
    kind = sniff(head)
    assert (Family.OTHER if kind is None else kind.family) is family
    with pytest.raises(Invalid, match=words) as refusal:
        accepted_type(head, takes_films=True)
    taken = "films as MP4" if family is Family.FILM else "JPEG, PNG, WebP, GIF or AVIF"
    assert taken in refusal.value.fields["file"]


READ_BY = [
    pytest.param(b"\0\0\0\x18ftypisom", "mov", id="a film"),
    pytest.param(b"\0\0\0\x08wide\0\0", "mov", id="an old film of QuickTime"),
    pytest.param(b"\0\0\0\x18ftypM4A ", "mov", id="an M4A sound"),
    pytest.param(b"\x1aE\xdf\xa3\x9f", "matroska", id="a WebM film"),
    pytest.param(b"ID3\x04", "mp3", id="a song"),
    pytest.param(b"\xff\xf1\x50", "aac", id="a bare AAC sound"),
    pytest.param(b"OggS\0", "ogg", id="an Ogg sound"),
    pytest.param(b"fLaC\0", "flac", id="a FLAC sound"),
    pytest.param(b"RIFF\0\0\0\0WAVEfmt ", "wav", id="a WAV sound"),
]


@pytest.mark.parametrize(("head", "reader"), READ_BY)
def test_films_and_sounds_have_one_reader_where_we_take_them(head: bytes, reader: str) -> None:
    assert accepted_type(head, takes_films=True).reader == reader
    with pytest.raises(Invalid, match="not a picture"):
        accepted_type(head)


def test_a_heic_picture_is_known_and_not_taken() -> None:
    assert sniff(b"\0\0\0\x18ftypheic") is HEIC
