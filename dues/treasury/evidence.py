"""Papers that prove a payment: checked, redrawn if they are pictures, private for good.

A name that came with the file is not kept, nor is what a picture knows about its place.
"""

from collections.abc import Callable, Collection
from importlib import import_module
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import Invalid
from app.core.records import Record
from app.core.storage import Storage, new_key
from app.core.words import say
from dues.billing.models import Expense, Payment

BYTES_MAX: Final = 8 * 1024 * 1024
PDF: Final = "application/pdf"
EXTENSIONS: Final = {PDF: "pdf", "image/jpeg": "jpg", "image/png": "png"}
# A paper runs nothing, opens nothing and carries no other files.
_ACTIVE: Final = (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/OpenAction")


class Evidence(Record):
    """A stored paper: its key and what it is."""

    key: str
    media_type: str


def known_keys(session: Session, keys: Collection[str]) -> Collection[str]:
    """Return which of the keys are of papers that the books name."""
    return {
        key
        for column in (Payment.evidence_key, Expense.evidence_key)
        for key in session.scalars(select(column).where(column.in_(keys)))
        if key is not None
    }


def keep_evidence(storage: Storage, data: bytes) -> Evidence:
    """Check the file, redraw a picture, store it under a random key.

    It is stored before the transaction that names it: a file that nobody names is swept later.

    Raises: Invalid, whose field is `evidence`.
    """
    clean, media_type = clean_evidence(data)
    evidence = Evidence(new_key("evidence", EXTENSIONS[media_type]), media_type)
    storage.put(evidence.key, clean, media_type)
    return evidence


def clean_evidence(data: bytes) -> tuple[bytes, str]:
    """Return the file as it may be kept, and its type; what it claims to be does not count.

    Raises: Invalid, whose field is `evidence`.
    """
    if len(data) > BYTES_MAX:
        raise _wrong(say("This file is too large. 8 MB is the most."))
    if data.startswith(b"%PDF-"):
        return _checked_pdf(data), PDF
    return _redrawn(data)


def _checked_pdf(data: bytes) -> bytes:
    if b"%%EOF" not in data[-1024:] or any(mark in data for mark in _ACTIVE):
        raise _wrong(say("This PDF is broken, or does more than to be read. Print it anew."))
    return data


def _redrawn(data: bytes) -> tuple[bytes, str]:
    # Loaded with the first picture: a start needs none of what reads them.
    redraw: Callable[[bytes], tuple[bytes, str]] = import_module("dues.treasury.redraw").redraw
    try:
        return redraw(data)
    except OverflowError:
        raise _wrong(say("This picture has too many pixels.")) from None
    except ValueError:
        raise _wrong(say("Choose a PDF, a JPEG or a PNG.")) from None


def _wrong(message: str) -> Invalid:
    return Invalid(message, evidence=message)
