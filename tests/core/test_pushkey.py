"""The push key: the same on every node of a site, another on every other site."""

from base64 import urlsafe_b64decode

from app.core.crypto import Keyring
from app.core.pushkey import public_push_key


def test_the_push_key_follows_from_the_root_key() -> None:
    one, same, other = (public_push_key(Keyring(byte * 32)) for byte in (b"a", b"a", b"b"))
    assert one == same != other
    point = urlsafe_b64decode(one + "=")
    assert len(point) == 65
    assert point[0] == 4  # Uncompressed.
