"""Members of a co-op who send pictures."""

import io
from collections.abc import Callable
from typing import Any, TypeAlias

import pytest

from app.core.kernel import Kernel
from app.media.darkroom import Darkroom
from app.media.kinds import MediaKind
from app.media.models import MediaFile
from app.media.receive import Upload, receive
from app.members.actor import Actor
from tests.media.pictures import picture_file
from tests.social import make_person

Send: TypeAlias = Callable[..., MediaFile]
SMALL = picture_file("JPEG", (64, 48))


@pytest.fixture
def ada(kernel: Kernel) -> Actor:
    """A member."""
    with kernel.db.write.begin() as session:
        return make_person(session, "ada")


@pytest.fixture
def bob(kernel: Kernel) -> Actor:
    """Another one."""
    with kernel.db.write.begin() as session:
        return make_person(session, "bob")


@pytest.fixture
def send(kernel: Kernel) -> Send:
    """Send a picture as a member does; return it as it was received."""
    darkroom = Darkroom()

    def sent(
        sender: Actor, kind: MediaKind = MediaKind.PICTURE, data: bytes = SMALL, **given: Any
    ) -> MediaFile:
        upload = Upload(io.BytesIO(data), sender.account_id, kind, **given)
        return receive(kernel, darkroom, upload)

    return sent
