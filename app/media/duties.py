"""Doing what is owed for pictures."""

from app.core.clock import Clock
from app.core.duties import Claim
from app.core.storage import Storage
from app.media.owed import EraseFiles, SweepPicture
from app.media.service import sweep


def sweep_picture(claim: Claim, clock: Clock) -> None:
    """Erase a picture that belongs to nothing a day after it was sent."""
    order = SweepPicture.model_validate(claim.payload)
    with claim.finishing() as session:
        sweep(session, order.media_id, now=clock.now())


def erase_files(claim: Claim, _clock: Clock, *, storage: Storage) -> None:
    """Delete stored files whose row is gone; a file that is gone already is no fault."""
    order = EraseFiles.model_validate(claim.payload)
    for key in order.keys:
        storage.delete(key)
    with claim.finishing():
        pass
