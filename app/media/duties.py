"""Doing what is owed for pictures, films and sounds."""

from typing import Final

from app.core.clock import Clock
from app.core.duties import Claim
from app.core.runner import LEASE
from app.core.storage import Storage
from app.media.cutting_room import Finished, cut
from app.media.faults import Fault
from app.media.models import source_key
from app.media.owed import EraseFiles, PrepareFilm, SweepPicture
from app.media.rooms import TookTooLong
from app.media.service import Waiting, erase_stray, fail_film, finish_film, sweep, waiting_film
from app.media.trust import Unfit

TRIES_MAX: Final = 8  # A film that takes a machine down with it is not tried for ever.


def prepare_film(claim: Claim, clock: Clock, *, storage: Storage) -> None:
    """Write a film or a sound anew, which takes minutes; only then can it be shown.

    A worker that dies half way leaves a file at an address that is not served yet, and whoever
    takes the duty over writes it again.
    """
    order = PrepareFilm.model_validate(claim.payload)
    with claim.sessions() as session:
        film = waiting_film(session, order.media_id)
    if film is None:
        with claim.finishing():
            return
    try:
        if claim.tries > TRIES_MAX:
            raise Unfit(Fault.TOO_SLOW)
        _cut(claim, clock, storage, film)
    except (Unfit, TookTooLong) as refusal:
        fault = refusal.fault if isinstance(refusal, Unfit) else Fault.TOO_SLOW
        with claim.finishing() as session:
            fail_film(session, film.media_id, fault, now=clock.now())


def _cut(claim: Claim, clock: Clock, storage: Storage, film: Waiting) -> None:
    def hold_on() -> None:
        claim.hold_on(until=clock.now() + LEASE)

    with (
        storage.open(source_key(film.key)) as source,
        cut(source, form=film.form, size=film.size, beat=hold_on) as finished,
    ):
        hold_on()  # From here on the lease must last while the file is stored.
        storage.put(film.key, finished.file, film.content_type)
        _note(claim, clock, film, finished)


def _note(claim: Claim, clock: Clock, film: Waiting, finished: Finished) -> None:
    with claim.finishing() as session:
        if not finish_film(session, film.media_id, finished, now=clock.now()):
            erase_stray(session, film.key, now=clock.now())


def sweep_picture(claim: Claim, clock: Clock) -> None:
    """Erase a file that belongs to nothing a day after it was sent."""
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
