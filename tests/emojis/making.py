"""Makers of emoji, through the real use cases."""

import io
from typing import Any

from app.core.kernel import Kernel
from app.emojis.service import EmojiWish, add_emoji
from app.media.darkroom import Darkroom
from app.media.kinds import MediaKind
from app.media.receive import Upload, receive
from app.members.actor import Actor
from app.members.offices import Office
from tests.factories import NOON
from tests.media.pictures import picture_file

SMALL = picture_file("PNG", (40, 20))


def keeper_of(person: Actor, office: Office = Office.ADMIN) -> Actor:
    """Return the person in an office that keeps emoji."""
    return Actor(person.member_id, person.account_id, frozenset({office}))


def send_emoji(kernel: Kernel, sender: Actor, data: bytes = SMALL) -> int:
    """Send a picture to be an emoji; return its id."""
    upload = Upload(io.BytesIO(data), sender.account_id, MediaKind.EMOJI)
    return receive(kernel, Darkroom(), upload).id


def make_emoji(kernel: Kernel, keeper: Actor, shortcode: str, **given: Any) -> int:
    """Add an emoji of the name; return its id."""
    media_id = send_emoji(kernel, keeper)
    with kernel.db.write.begin() as session:
        wish = EmojiWish(shortcode, **given)
        return add_emoji(session, keeper, wish, media_id=media_id, now=NOON).id
