"""Papers: what may be kept, and what is left of them."""

import io
from pathlib import Path

import pytest
from PIL import Image

from app.core.errors import Invalid
from app.core.storage import FileStorage
from dues.treasury.evidence import BYTES_MAX, clean_evidence, keep_evidence

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
SCRIPT = b"<script>alert(1)</script>"


def picture(kind: str, *, size: tuple[int, int] = (40, 30), exif: bool = False) -> bytes:
    """Return a small picture, with the place where it was taken if asked for."""
    out = io.BytesIO()
    image = Image.new("RGB", size, "white")
    info = Image.Exif()
    if exif:
        info[0x010E] = "taken at home"
    image.save(out, kind, exif=info)
    return out.getvalue()


KEPT = [
    pytest.param(PDF, "application/pdf", id="a PDF"),
    pytest.param(picture("JPEG"), "image/jpeg", id="a JPEG"),
    pytest.param(picture("PNG"), "image/png", id="a PNG"),
]
REFUSED = [
    pytest.param(b"", id="nothing"),
    pytest.param(b"<!doctype html><p>receipt", id="HTML"),
    pytest.param(b'<svg xmlns="http://www.w3.org/2000/svg"/>', id="SVG"),
    pytest.param(b"MZ\x90\x00" + b"\0" * 100, id="a program"),
    pytest.param(picture("GIF"), id="a GIF"),
    pytest.param(picture("JPEG")[:50], id="half a JPEG"),
    pytest.param(PDF[:40], id="half a PDF"),
    pytest.param(PDF.replace(b"/Catalog", b"/Catalog/OpenAction 2 0 R"), id="a PDF that acts"),
    pytest.param(PDF.replace(b"/Catalog", b"/Catalog/JavaScript"), id="a PDF with a script"),
    pytest.param(PDF + b"\0" * BYTES_MAX, id="too large"),
]


@pytest.mark.parametrize(("data", "media_type"), KEPT)
def test_what_is_kept(tmp_path: Path, data: bytes, media_type: str) -> None:
    storage = FileStorage(tmp_path)
    evidence = keep_evidence(storage, data)
    assert evidence.media_type == media_type
    assert evidence.key.startswith("evidence/")
    with storage.open(evidence.key) as file:
        assert file.read()


@pytest.mark.parametrize("data", REFUSED)
def test_what_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(Invalid) as refusal:
        keep_evidence(FileStorage(tmp_path), data)
    assert "evidence" in refusal.value.fields
    assert list(tmp_path.rglob("*")) == []


def test_a_picture_is_redrawn_and_forgets_what_it_knew() -> None:
    data = picture("JPEG", exif=True) + SCRIPT
    clean, _ = clean_evidence(data)
    assert b"taken at home" in data
    assert b"taken at home" not in clean
    assert SCRIPT not in clean


def test_a_bomb_of_pixels_is_refused() -> None:
    out = io.BytesIO()
    Image.new("1", (9000, 9000)).save(out, "PNG")
    with pytest.raises(Invalid):
        clean_evidence(out.getvalue())


def test_a_large_picture_becomes_smaller() -> None:
    clean, _ = clean_evidence(picture("PNG", size=(4000, 1000)))
    with Image.open(io.BytesIO(clean)) as drawn:
        assert drawn.size == (2400, 600)
