"""Receiving a picture: developed first, then noted, stored, and noted as stored.

No transaction is open while a picture is developed or stored. A process that dies in between
leaves a row whose sweeping is owed, and no file that no row knows of.
"""

from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO

from sqlalchemy.exc import DBAPIError

from app.core.kernel import Kernel
from app.core.storage import Storage
from app.media.darkroom import Darkroom, Developed
from app.media.kinds import WEBP, MediaKind
from app.media.models import MediaFile, small_key
from app.media.service import expect_picture, finish_picture, sweep


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that a member sends, and what they say about it."""

    source: BinaryIO
    account_id: int
    kind: MediaKind = MediaKind.PICTURE
    description: str = ""
    focus: tuple[int, int] = (0, 0)


def receive(kernel: Kernel, darkroom: Darkroom, upload: Upload) -> MediaFile:
    """Return the picture, ready to be attached or worn. Takes seconds: call it in a thread.

    Raises: Invalid, in words for whoever sent the file; Conflict; OSError if it cannot be stored.
    """
    with darkroom.develop(upload.source, kind=upload.kind) as picture:
        with kernel.db.write.begin() as session:
            file = expect_picture(
                session,
                picture,
                account_id=upload.account_id,
                kind=upload.kind,
                description=upload.description,
                focus=upload.focus,
                now=kernel.clock.now(),
            )
        try:
            _store(kernel.storage, picture, file.key)
        except OSError:
            # Nothing of it is kept. Should this fail too, the row is swept after a day.
            with suppress(DBAPIError), kernel.db.write.begin() as session:
                sweep(session, file.id, now=kernel.clock.now())
            raise
    with kernel.db.write.begin() as session:
        return finish_picture(session, file.id)


def _store(storage: Storage, picture: Developed, key: str) -> None:
    storage.put(key, picture.original, picture.type.content_type)
    if picture.preview is not None:
        storage.put(small_key(key), picture.preview, WEBP.content_type)
