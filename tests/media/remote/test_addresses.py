"""Addresses of pictures elsewhere: only what we signed, and each for one purpose."""

from base64 import urlsafe_b64encode

import pytest

from app.core.crypto import Keyring
from app.media.remote.addresses import RemoteAddress, Variant, proxied, read_proxied

KEYRING = Keyring(bytes(32))
URL = "https://far.example/käse?x=1&y=%2F"


def parts(path: str) -> tuple[str, str, str]:
    nothing, prefix, variant, proof, encoded = path.split("/")
    assert (nothing, prefix) == ("", "media_proxy")
    return variant, proof, encoded


@pytest.mark.parametrize("variant", list(Variant))
def test_what_we_sign_is_read(variant: Variant) -> None:
    found = read_proxied(KEYRING, *parts(proxied(KEYRING, URL, variant)))
    assert found == RemoteAddress(URL, variant)
    assert found.host == "far.example"


def test_a_long_address_is_signed_too() -> None:
    url = "https://far.example/" + "x" * 2_028
    assert read_proxied(KEYRING, *parts(proxied(KEYRING, url, Variant.SMALL))) is not None


def test_what_was_changed_is_not_read() -> None:
    variant, proof, encoded = parts(proxied(KEYRING, URL, Variant.PICTURE))
    other = urlsafe_b64encode(b"https://other.example/").decode().rstrip("=")
    assert read_proxied(KEYRING, variant, proof, other) is None
    assert read_proxied(KEYRING, "avatar", proof, encoded) is None
    assert read_proxied(KEYRING, variant, proof[:-1] + "é", encoded) is None
    assert read_proxied(KEYRING, variant, "", encoded) is None
    assert read_proxied(KEYRING, variant, "0" * 32, encoded) is None
    assert read_proxied(KEYRING, variant, proof, encoded + "=") is None
    assert read_proxied(KEYRING, variant, proof, "_-_-_-_-_-_-") is None
    assert read_proxied(KEYRING, "script", proof, encoded) is None
    assert read_proxied(Keyring(bytes(31) + b"x"), variant, proof, encoded) is None
