"""What happens to files: kept, prepared, described, attached, worn, and erased for good."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.events import ProfileChanged
from app.accounts.models import Account
from app.core.duties import schedule
from app.core.errors import Conflict, Invalid, NotFound
from app.core.events import publish
from app.core.orm import lock
from app.core.records import Record
from app.core.storage import new_key
from app.core.words import say
from app.media.cutting_room import Finished
from app.media.darkroom import Developed
from app.media.events import CoverChanged
from app.media.faults import SENTENCES, Fault
from app.media.kinds import WORN, Form, MediaKind
from app.media.models import DESCRIPTION_MAX, MediaFile, MediaState, small_key, source_key
from app.media.owed import ERASE, PREPARE, SWEEP, EraseFiles, PrepareFilm, SweepPicture
from app.media.words import read_description

KEPT_LOOSE: Final = timedelta(hours=24)
LOOSE: Final = (MediaState.RECEIVED, MediaState.WAITING, MediaState.FAILED, MediaState.READY)
LOOSE_MAX: Final = 40
WAITING_MAX: Final = 4  # Films of one account, so that nobody waits for all of another's.


class NotFinished(Invalid):
    """The file is not stored, or the film not prepared. Source: mastodon-api.md 1.12."""

    is_exact = True


def expect_picture(
    session: Session,
    picture: Developed,
    *,
    account_id: int,
    kind: MediaKind,
    description: str = "",
    focus: tuple[int, int] = (0, 0),
    now: datetime,
) -> MediaFile:
    """Note that the file's parts are about to be stored, and owe their sweeping after a day.

    Raises: Conflict if the account has too many files that belong to nothing, or films that wait.
    """
    if _count(session, account_id, *LOOSE) >= LOOSE_MAX:
        raise Conflict(say("Use the pictures that you have sent, or wait a day until they go."))
    is_film = picture.form is not Form.IMAGE
    if is_film and _count(session, account_id, MediaState.WAITING) >= WAITING_MAX:
        raise Conflict(say("Wait until the films and sounds that you have sent are prepared."))
    file = MediaFile(
        account_id=account_id,
        kind=kind,
        form=picture.form,
        key=new_key("media"),
        content_type=picture.type.content_type,
        width=picture.width,
        height=picture.height,
        preview_width=picture.preview_width,
        preview_height=picture.preview_height,
        blurhash=picture.blurhash,
        focus_x=focus[0],
        focus_y=focus[1],
        description=read_description(description, limit=DESCRIPTION_MAX),
        created_at=now,
    )
    session.add(file)
    session.flush()
    schedule(session, SWEEP, SweepPicture(media_id=file.id), due_at=now + KEPT_LOOSE)
    return file


def _count(session: Session, account_id: int, *states: MediaState) -> int:
    theirs = (MediaFile.account_id == account_id, MediaFile.state.in_(states))
    return session.scalar(select(func.count()).select_from(MediaFile).where(*theirs)) or 0


def finish_picture(session: Session, media_id: int, *, now: datetime) -> MediaFile:
    """Note that the file is stored; a film or a sound is then owed its preparation.

    Raises: NotFound if it was swept meanwhile.
    """
    file = lock(session, MediaFile, media_id)
    if file is None:
        raise NotFound(say("There is no such picture."))
    file.state = MediaState.READY
    if file.form is not Form.IMAGE:
        file.state = MediaState.WAITING
        schedule(session, PREPARE, PrepareFilm(media_id=file.id), due_at=now)
    return file


class Waiting(Record):
    """A film or a sound that is to be written anew."""

    media_id: int
    key: str
    form: Form
    content_type: str
    size: tuple[int, int] | None


def waiting_film(session: Session, media_id: int) -> Waiting | None:
    """Return the film or sound if it still waits."""
    file = session.get(MediaFile, media_id)
    if file is None or file.state is not MediaState.WAITING:
        return None
    size = (file.width, file.height) if file.width and file.height else None
    return Waiting(file.id, file.key, file.form, file.content_type, size)


def finish_film(session: Session, media_id: int, film: Finished, *, now: datetime) -> bool:
    """Note that the film is stored as it leaves the site; False if it was erased meanwhile."""
    file = lock(session, MediaFile, media_id)
    if file is None or file.state is not MediaState.WAITING:
        return False
    file.state = MediaState.READY
    file.duration_ms = film.duration_ms
    file.bit_rate = film.bit_rate
    file.frame_rate = film.frame_rate
    file.channels = film.channels
    file.sample_rate = film.sample_rate
    _forget_source(session, file, now=now)
    return True


def expect_cover(
    session: Session, account_id: int, media_id: int, *, status_id: int | None = None
) -> tuple[str, int] | None:
    """Note that the account sends a cover of its film or sound, which no post but this one has.

    Return the film's key and the cover's number; None if it is a picture, which has no cover.
    Raises: NotFound.
    """
    file = own_picture(session, account_id, media_id)
    if file.status_id not in (None, status_id):
        raise NotFound(say("There is no such picture."))
    if file.form is Form.IMAGE:
        return None
    file.covers += 1
    return file.key, file.covers


def put_on_cover(
    session: Session, media_id: int, cover: int, picture: Developed, *, now: datetime
) -> None:
    """Show the cover, which is stored; the one before it is erased. Raises: NotFound."""
    file = lock(session, MediaFile, media_id)
    if file is None:
        raise NotFound(say("There is no such picture."))
    if file.preview_width:
        erase_stray(session, small_key(file.key, file.cover), now=now)
    file.cover = cover
    file.preview_width, file.preview_height = picture.preview_width, picture.preview_height
    file.blurhash = picture.blurhash
    if file.status_id is not None:
        publish(session, CoverChanged(file.status_id, now))


def fail_film(session: Session, media_id: int, fault: Fault, *, now: datetime) -> None:
    """Note why the film cannot be shown; what was sent goes at once."""
    file = lock(session, MediaFile, media_id)
    if file is not None and file.state is MediaState.WAITING:
        file.state, file.fault = MediaState.FAILED, fault
        _forget_source(session, file, now=now)


def _forget_source(session: Session, file: MediaFile, *, now: datetime) -> None:
    schedule(session, ERASE, EraseFiles(keys=[source_key(file.key)]), due_at=now)


def erase_stray(session: Session, key: str, *, now: datetime) -> None:
    """Erase a stored file that belongs to no row, or to its row no more."""
    schedule(session, ERASE, EraseFiles(keys=[key]), due_at=now)


def own_picture(session: Session, account_id: int, media_id: int) -> MediaFile:
    """Return the account's picture, locked. Raises: NotFound, also for one of somebody else."""
    file = lock(session, MediaFile, media_id)
    if file is None or file.account_id != account_id:
        raise NotFound(say("There is no such picture."))
    return file


def describe(
    session: Session,
    account_id: int,
    media_id: int,
    *,
    description: str | None = None,
    focus: tuple[int, int] | None = None,
) -> MediaFile:
    """Change what is said about the account's picture; what is None stays.

    Raises: NotFound.
    """
    file = own_picture(session, account_id, media_id)
    if description is not None:
        file.description = read_description(description, limit=DESCRIPTION_MAX)
    if focus is not None:
        file.focus_x, file.focus_y = focus
    return file


def attach(
    session: Session,
    *,
    media_ids: Sequence[int],
    account_id: int,
    status_id: int,
    now: datetime,
) -> None:
    """Make these, in their order, the pictures of the account's post; others of it are erased.

    The rows stay locked, so that no picture comes to two posts.

    Raises: Invalid if one is of somebody else, of another post, of a profile, or gone.
    """
    if len(set(media_ids)) != len(media_ids):
        raise _not_attachable()
    wanted = [_attachable(session, media_id, account_id, status_id) for media_id in media_ids]
    for file in attached(session, status_id):
        if file.id not in media_ids:
            _erase(session, file, now=now)
    for position, file in enumerate(wanted):
        file.status_id = status_id
        file.position = position
        file.state = MediaState.KEPT


def _attachable(
    session: Session, media_id: int, account_id: int, status_id: int | None
) -> MediaFile:
    file = lock(session, MediaFile, media_id)
    if file is None or file.account_id != account_id or file.kind is not MediaKind.PICTURE:
        raise _not_attachable()
    if file.status_id not in (None, status_id):
        raise _not_attachable()
    if file.fault is not None:
        sentence = SENTENCES[file.fault]
        raise Invalid(sentence, media_ids=sentence)
    if not file.is_ready:
        raise NotFinished(
            say("Cannot attach files that have not finished processing. Try again in a moment!")
        )
    return file


def _not_attachable() -> Invalid:
    sentence = say("One of the pictures is gone, belongs to another post, or is not yours.")
    return Invalid(sentence, media_ids=sentence)


def hold(session: Session, *, media_ids: Sequence[int], account_id: int) -> None:
    """Keep the account's pictures for longer than a day: a draft has them.

    Raises: Invalid if one is of somebody else, of a post or a profile, or gone.
    """
    for media_id in media_ids:
        _attachable(session, media_id, account_id, None).state = MediaState.KEPT


def let_go(session: Session, *, media_ids: Sequence[int], account_id: int, now: datetime) -> None:
    """Erase the account's pictures that were held and came to no post."""
    for media_id in media_ids:
        file = lock(session, MediaFile, media_id)
        is_own = file is not None and file.account_id == account_id
        if file is not None and is_own and file.status_id is None:
            _erase(session, file, now=now)


def attached(session: Session, status_id: int) -> Sequence[MediaFile]:
    """Return the pictures of a post, in their order."""
    of_post = select(MediaFile).where(MediaFile.status_id == status_id)
    return session.scalars(of_post.order_by(MediaFile.position, MediaFile.id)).all()


def discard(session: Session, *, status_id: int, now: datetime) -> None:
    """Erase the pictures of a post that is deleted."""
    for file in attached(session, status_id):
        _erase(session, file, now=now)


def loosen(session: Session, *, status_id: int, now: datetime) -> None:
    """Keep the pictures of a post that is deleted for a day, for its author to use again."""
    for file in attached(session, status_id):
        file.status_id, file.state = None, MediaState.READY
        schedule(session, SWEEP, SweepPicture(media_id=file.id), due_at=now + KEPT_LOOSE)


def remove(session: Session, account_id: int, media_id: int, *, now: datetime) -> None:
    """Erase a picture of the account that belongs to nothing yet.

    Raises: NotFound; Invalid if it is in use.
    """
    file = own_picture(session, account_id, media_id)
    if file.state is MediaState.KEPT:
        raise Invalid(say("This picture is in use."))
    _erase(session, file, now=now)


def wear(session: Session, account_id: int, media_id: int, *, now: datetime) -> Account:
    """Make the picture the account's avatar or header, for which it was sent; the old one goes.

    Raises: NotFound; Invalid if it was sent for a post.
    """
    file = own_picture(session, account_id, media_id)
    if file.kind not in WORN or file.state is MediaState.RECEIVED:
        raise Invalid(say("This picture was not sent for a profile."))
    account = take_off(session, account_id, file.kind, now=now)
    file.state = MediaState.KEPT
    _show(session, account, file.kind, file.path, now=now)
    return account


def take_off(session: Session, account_id: int, kind: MediaKind, *, now: datetime) -> Account:
    """Take the avatar or the header off the account and erase it. The account stays locked."""
    assert kind in WORN
    account = lock(session, Account, account_id)
    assert account is not None
    worn = select(MediaFile).where(
        MediaFile.account_id == account_id,
        MediaFile.kind == kind,
        MediaFile.state == MediaState.KEPT,
    )
    for file in session.scalars(worn).all():
        _erase(session, file, now=now)
    _show(session, account, kind, None, now=now)
    return account


def _show(
    session: Session, account: Account, kind: MediaKind, path: str | None, *, now: datetime
) -> None:
    if kind is MediaKind.AVATAR:
        account.avatar_key = path
    else:
        account.header_key = path
    account.rev += 1
    publish(session, ProfileChanged(account.id, now))


def settle_emoji(session: Session, account_id: int, media_id: int) -> MediaFile:
    """Keep a picture that the account sent to be an emoji. Raises: NotFound; Invalid."""
    file = own_picture(session, account_id, media_id)
    if file.kind is not MediaKind.EMOJI or file.state is not MediaState.READY:
        raise Invalid(say("This picture was not sent to be an emoji."))
    file.state = MediaState.KEPT
    return file


def erase_emoji(session: Session, media_id: int, *, now: datetime) -> None:
    """Erase the picture of an emoji that is no more."""
    file = lock(session, MediaFile, media_id)
    assert file is not None
    assert file.kind is MediaKind.EMOJI
    _erase(session, file, now=now)


def sweep(session: Session, media_id: int, *, now: datetime) -> None:
    """Erase the picture if it still belongs to nothing."""
    file = lock(session, MediaFile, media_id)
    if file is not None and file.state is not MediaState.KEPT:
        _erase(session, file, now=now)


def _erase(session: Session, file: MediaFile, *, now: datetime) -> None:
    # From here on the address answers "gone": it is looked up in the table. The files follow.
    session.delete(file)
    schedule(session, ERASE, EraseFiles(keys=list(file.keys)), due_at=now)
