"""The co-op's emoji: who keeps them, what they can be called, and what a change does."""

from collections.abc import Sequence

import pytest
from sqlalchemy import select

from app.core.chain import ChainEntry
from app.core.errors import AppError, Forbidden, Invalid, NotFound
from app.core.kernel import Kernel
from app.core.runner import Runner
from app.emojis import service
from app.emojis.book import EmojiBook, KeptEmojis, emojis_rev
from app.emojis.models import CustomEmoji
from app.emojis.service import EmojiWish
from app.instance import announcements
from app.media.models import MediaFile
from app.members.actor import Actor
from app.members.offices import Office
from tests.emojis.making import keeper_of, make_emoji, send_emoji
from tests.factories import NOON
from tests.queries import counted
from tests.social import make_person


@pytest.fixture
def ada(kernel: Kernel) -> Actor:
    """An admin."""
    with kernel.db.write.begin() as session:
        return keeper_of(make_person(session, "ada"))


def book(kernel: Kernel, kept: KeptEmojis) -> EmojiBook:
    with kernel.db.read.begin() as session:
        rev = session.scalar(select(emojis_rev())) or 0
        return kept.book(session.connection(), rev)


def names(kernel: Kernel) -> Sequence[str]:
    return list(book(kernel, KeptEmojis()).by_code)


def refuse(kernel: Kernel, keeper: Actor, wish: EmojiWish, fault: type[AppError]) -> str:
    """Return why no emoji was made; nothing is left of it."""
    media_id = send_emoji(kernel, keeper)
    with pytest.raises(fault) as refusal, kernel.db.write.begin() as session:
        service.add_emoji(session, keeper, wish, media_id=media_id, now=NOON)
    assert names(kernel) == []
    return refusal.value.message


@pytest.mark.parametrize(
    "name",
    ["", "a", "a" * 31, "Blob", "blob-cat", "../up", "blob cat", 'b"', "ü2", "a\n"],
)
def test_what_no_emoji_is_called(kernel: Kernel, ada: Actor, name: str) -> None:
    with pytest.raises(Invalid) as refusal:
        service.check_wish(ada, EmojiWish(name))
    assert "shortcode" in refusal.value.fields


def test_only_admins_and_moderators_keep_them(kernel: Kernel) -> None:
    with kernel.db.write.begin() as session:
        bo = make_person(session, "bo")
    for who in (bo, keeper_of(bo, Office.TREASURER)):
        refuse(kernel, who, EmojiWish("blob"), Forbidden)
    emoji_id = make_emoji(kernel, keeper_of(bo, Office.MODERATOR), "blob")
    with kernel.db.write.begin() as session, pytest.raises(Forbidden):
        service.remove_emoji(session, bo, emoji_id, now=NOON)
    with kernel.db.write.begin() as session, pytest.raises(Forbidden):
        service.change_emoji(session, bo, emoji_id, EmojiWish("blub"), now=NOON)
    assert names(kernel) == ["blob"]


def test_a_picture_of_somebody_else_is_not_taken(kernel: Kernel, ada: Actor) -> None:
    with kernel.db.write.begin() as session:
        bo = make_person(session, "bo")
    media_id = send_emoji(kernel, bo)
    with pytest.raises(NotFound), kernel.db.write.begin() as session:
        service.add_emoji(session, ada, EmojiWish("blob"), media_id=media_id, now=NOON)


def test_two_emoji_have_two_names_and_two_pictures(kernel: Kernel, ada: Actor) -> None:
    first = make_emoji(kernel, ada, "blob")
    with pytest.raises(Invalid, match="already"):
        make_emoji(kernel, ada, "blob")
    second = make_emoji(kernel, ada, "blub")
    with kernel.db.write.begin() as session, pytest.raises(Invalid, match="already"):
        service.change_emoji(session, ada, second, EmojiWish("blob"), now=NOON)
    with kernel.db.write.begin() as session:
        used = session.get_one(CustomEmoji, first).media_id
    with pytest.raises(Invalid), kernel.db.write.begin() as session:
        service.add_emoji(session, ada, EmojiWish("third"), media_id=used, now=NOON)
    assert names(kernel) == ["blob", "blub"]


def test_the_book_is_read_once_for_each_change(kernel: Kernel, ada: Actor) -> None:
    kept = KeptEmojis()
    assert book(kernel, kept).by_code == {}
    emoji_id = make_emoji(kernel, ada, "blob", category="Cats")
    make_emoji(kernel, ada, "hidden", visible_in_picker=False)
    make_emoji(kernel, ada, "off", enabled=False)
    make_emoji(kernel, ada, "bare")
    first = book(kernel, kept)
    assert list(first.by_code) == ["bare", "hidden", "blob"]
    shelves = [(category, [e.shortcode for e in shelf]) for category, shelf in first.shelves]
    assert shelves == [("", ["bare"]), ("Cats", ["blob"])]
    assert [e.shortcode for e in first.used_in(":blob: :off: :none:", ":blob::bare:")] == ["blob"]
    with counted(kernel.db) as statements:
        assert book(kernel, kept) is first
    assert len([s for s in statements if "custom_emojis" in s]) == 0
    with kernel.db.write.begin() as session:
        wish = EmojiWish("blab", category="Dogs")
        service.change_emoji(session, ada, emoji_id, wish, now=NOON)
    again = book(kernel, kept)
    assert again.rev > first.rev
    assert again.by_code["blab"].category == "Dogs"
    assert "blob" not in again.by_code


def test_what_is_removed_leaves_no_file_and_no_reaction(
    kernel: Kernel, runner: Runner, ada: Actor
) -> None:
    emoji_id = make_emoji(kernel, ada, "blob")
    with kernel.db.write.begin() as session:
        made = announcements.announce(session, ada, "Tea :blob:", lasting=None, now=NOON)
        announcements.react(session, ada, made.id, "blob", ours={"blob"}, now=NOON)
        announcements.react(session, ada, made.id, "🎉", ours={"blob"}, now=NOON)
        for none in ("blub", "offer"):
            with pytest.raises(Invalid):
                announcements.react(session, ada, made.id, none, ours={"blob"}, now=NOON)
        service.change_emoji(session, ada, emoji_id, EmojiWish("blub"), now=NOON)
        [told] = announcements.announcements_for(session, ada.account_id, now=NOON)
        assert {one.name for one in told.reactions} == {"blub", "🎉"}
        media_id = session.get_one(CustomEmoji, emoji_id).media_id
        key = session.get_one(MediaFile, media_id).key
    with kernel.db.write.begin() as session:
        service.remove_emoji(session, ada, emoji_id, now=NOON)
        [told] = announcements.announcements_for(session, ada.account_id, now=NOON)
        assert [one.name for one in told.reactions] == ["🎉"]
        assert session.get(MediaFile, media_id) is None
        with pytest.raises(NotFound):
            service.kept_emoji(session, emoji_id)
    runner.run_due()
    assert not kernel.storage.exists(key)
    assert names(kernel) == []


def test_every_change_is_in_the_audit_log(kernel: Kernel, ada: Actor) -> None:
    emoji_id = make_emoji(kernel, ada, "blob")
    with kernel.db.write.begin() as session:
        service.change_emoji(session, ada, emoji_id, EmojiWish("blub"), now=NOON)
        service.remove_emoji(session, ada, emoji_id, now=NOON)
        acts = session.scalars(select(ChainEntry).where(ChainEntry.kind.like("emoji.%")))
        told = [(act.kind, act.payload["name"]) for act in acts]
    assert told == [("emoji.added", "blob"), ("emoji.changed", "blob"), ("emoji.removed", "blub")]
