"""Receiving a file: developed first, then noted, stored, and noted as stored.

No transaction is open while a file is developed or stored. A process that dies in between
leaves a row whose sweeping is owed, and no file that no row knows of.
"""

from contextlib import suppress
from typing import BinaryIO

from sqlalchemy.exc import DBAPIError

from app.core.kernel import Kernel
from app.core.records import Record
from app.core.storage import Storage
from app.media.darkroom import Darkroom, Developed
from app.media.kinds import WEBP, Form, MediaKind
from app.media.models import MediaFile, small_key, source_key
from app.media.service import expect_cover, expect_picture, finish_picture, put_on_cover, sweep

UNTOLD = "application/octet-stream"  # What a stranger's file is to the store.


class Upload(Record):
    """A file that a member sends, and what they say about it."""

    source: BinaryIO
    account_id: int
    kind: MediaKind = MediaKind.PICTURE
    description: str = ""
    focus: tuple[int, int] = (0, 0)


def receive(kernel: Kernel, darkroom: Darkroom, upload: Upload) -> MediaFile:
    """Return a picture ready to be attached or worn, or a film or a sound that is to be prepared.

    Takes seconds: call it in a thread.
    Raises: Invalid, in words for whoever sent the file; Conflict; OSError if it cannot be stored.
    """
    of_post = upload.kind is MediaKind.PICTURE  # A film has no business on a profile.
    with darkroom.develop(upload.source, kind=upload.kind, takes_films=of_post) as picture:
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
        return finish_picture(session, file.id, now=kernel.clock.now())


def _store(storage: Storage, picture: Developed, key: str) -> None:
    if picture.form is Form.IMAGE:
        storage.put(key, picture.file, picture.type.content_type)
    else:
        storage.put(source_key(key), picture.file, UNTOLD)
    if picture.preview is not None:
        storage.put(small_key(key), picture.preview, WEBP.content_type)


def receive_cover(
    kernel: Kernel,
    darkroom: Darkroom,
    source: BinaryIO,
    *,
    account_id: int,
    media_id: int,
    status_id: int | None = None,
) -> None:
    """Put a cover on a film or a sound of the account, loose or of the post `status_id`.

    A picture stays as it is.

    Raises: Invalid, in words for whoever sent the cover; NotFound; OSError if it cannot be stored.
    """
    with darkroom.develop(source, kind=MediaKind.PICTURE) as picture:
        assert picture.preview is not None
        with kernel.db.write.begin() as session:
            place = expect_cover(session, account_id, media_id, status_id=status_id)
        if place is None:
            return
        key, cover = place
        kernel.storage.put(small_key(key, cover), picture.preview, WEBP.content_type)
        with kernel.db.write.begin() as session:
            put_on_cover(session, media_id, cover, picture, now=kernel.clock.now())
