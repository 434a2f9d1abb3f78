"""Keeping the co-op's emoji: each change is in the audit log, and shows everywhere at once."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.errors import Conflict, Invalid, NotFound
from app.core.orm import lock
from app.core.records import Record
from app.core.upsert import insert_missing
from app.core.words import say
from app.emojis.models import CATEGORY_MAX, EMOJIS_MAX, ONLY, CustomEmoji, EmojiVersion
from app.instance.announcements import drop_reactions, rename_reactions
from app.media.models import MediaFile
from app.media.service import erase_emoji, settle_emoji
from app.members.actor import Actor, Verb, require
from app.members.audit import note_act
from app.text.names import one_line
from app.text.shortcodes import SHORTCODE


class EmojiWish(Record):
    """What an emoji is called, where it stands in the picker, and whether it is used."""

    shortcode: str
    category: str = ""
    enabled: bool = True
    visible_in_picker: bool = True


def check_wish(actor: Actor, wish: EmojiWish) -> None:
    """Raise Forbidden unless the actor keeps emoji, Invalid unless the name can be one."""
    require(actor, Verb.KEEP_EMOJI)
    if SHORTCODE.fullmatch(wish.shortcode) is None:
        fault = say("A name has 2 to 30 of: small letters a to z, digits, and _.")
        raise Invalid(fault, shortcode=fault)


def add_emoji(
    session: Session, actor: Actor, wish: EmojiWish, *, media_id: int, now: datetime
) -> CustomEmoji:
    """Make an emoji of a picture that the actor has sent for it.

    Raises: Forbidden; NotFound; Invalid if the name is taken or none; Conflict beyond EMOJIS_MAX.
    """
    check_wish(actor, wish)
    _count_up(session)
    _check_free(session, wish.shortcode)
    if (session.scalar(select(func.count()).select_from(CustomEmoji)) or 0) >= EMOJIS_MAX:
        raise Conflict(say("There are {n} emoji: remove one before.", n=EMOJIS_MAX))
    picture = settle_emoji(session, actor.account_id, media_id)
    made = CustomEmoji(media_id=picture.id, created_at=now, updated_at=now)
    _write(made, wish)
    session.add(made)
    session.flush()
    _note(session, actor, "emoji.added", now=now, name=made.shortcode)
    return made


def change_emoji(
    session: Session, actor: Actor, emoji_id: int, wish: EmojiWish, *, now: datetime
) -> None:
    """Rename an emoji, move it, or take it out of use. Reactions keep it under its new name.

    Raises: Forbidden; NotFound; Invalid.
    """
    check_wish(actor, wish)
    _count_up(session)
    emoji = _emoji(session, emoji_id)
    before = emoji.shortcode
    if wish.shortcode != before:
        _check_free(session, wish.shortcode)
        rename_reactions(session, before, wish.shortcode)
    _write(emoji, wish)
    emoji.updated_at = now
    _note(session, actor, "emoji.changed", now=now, name=before, to=emoji.shortcode)


def remove_emoji(session: Session, actor: Actor, emoji_id: int, *, now: datetime) -> None:
    """Erase an emoji and its picture; where its name stands in a post, it is text again.

    Raises: Forbidden; NotFound.
    """
    require(actor, Verb.KEEP_EMOJI)
    _count_up(session)
    emoji = _emoji(session, emoji_id)
    drop_reactions(session, emoji.shortcode)
    session.delete(emoji)
    session.flush()
    erase_emoji(session, emoji.media_id, now=now)
    _note(session, actor, "emoji.removed", now=now, name=emoji.shortcode)


def kept_emojis(session: Session) -> Sequence[tuple[CustomEmoji, MediaFile]]:
    """Return all emoji with their pictures, also those out of use, by category and name."""
    both = select(CustomEmoji, MediaFile).join(MediaFile, MediaFile.id == CustomEmoji.media_id)
    ordered = both.order_by(func.coalesce(CustomEmoji.category, ""), CustomEmoji.shortcode)
    return [(emoji, picture) for emoji, picture in session.execute(ordered.limit(EMOJIS_MAX))]


def kept_emoji(session: Session, emoji_id: int) -> tuple[CustomEmoji, MediaFile]:
    """Return an emoji with its picture. Raises: NotFound."""
    emoji = session.get(CustomEmoji, emoji_id)
    if emoji is None:
        raise NotFound(say("There is no such emoji."))
    return emoji, session.get_one(MediaFile, emoji.media_id)


def _count_up(session: Session) -> None:
    """Count the version up; its row stays locked, so that changes come one after the other."""
    insert_missing(session, EmojiVersion, id=ONLY, rev=0)
    version = lock(session, EmojiVersion, ONLY)
    assert version is not None
    version.rev += 1


def _check_free(session: Session, shortcode: str) -> None:
    taken = select(CustomEmoji.id).where(CustomEmoji.shortcode == shortcode)
    if session.scalar(taken) is not None:
        fault = say("There is an emoji of this name already.")
        raise Invalid(fault, shortcode=fault)


def _emoji(session: Session, emoji_id: int) -> CustomEmoji:
    emoji = lock(session, CustomEmoji, emoji_id)
    if emoji is None:
        raise NotFound(say("There is no such emoji."))
    return emoji


def _write(emoji: CustomEmoji, wish: EmojiWish) -> None:
    emoji.shortcode = wish.shortcode
    emoji.category = one_line(wish.category, limit=CATEGORY_MAX) or None
    emoji.enabled = wish.enabled
    emoji.visible_in_picker = wish.visible_in_picker


def _note(session: Session, actor: Actor, kind: str, *, now: datetime, **told: str) -> None:
    note_act(session, kind, now=now, by=str(actor.member_id), **told)
