"""The root key, its children, what they seal and sign, and the starts that are refused."""

import stat
from pathlib import Path

import pytest
from sqlalchemy import delete

from app.core.crypto import (
    KEY_BYTES,
    BadKey,
    BrokenSeal,
    Keyring,
    hash_secret,
    new_secret,
    open_keyring,
    same_secret,
)
from app.core.db import Database
from app.core.facts import KernelFact, fact, record_once

ROOT = bytes(range(32))


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_child_is_what_the_standard_says() -> None:
    """Computed with another implementation of RFC 5869, so that old seals open for ever."""
    assert Keyring(ROOT).derive("csrf").hex() == (
        "82ab622be40eaa65f23225daf7d01be46e5bd3d69b481755ffe47f3cde2052b9"
    )


def test_labels_separate_purposes() -> None:
    keyring = Keyring(ROOT)
    children = {keyring.derive(label) for label in ("csrf", "cookie", "totp", "seal/x", "sign/x")}
    assert len(children) == 5


def test_what_is_sealed_comes_back() -> None:
    keyring = Keyring(ROOT)
    sealed = keyring.seal("totp", b"a secret")
    assert sealed.startswith(f"v1.{keyring.key_id}.")
    assert "secret" not in sealed
    assert keyring.unseal("totp", sealed) == b"a secret"
    assert keyring.seal("totp", b"a secret") != sealed
    assert keyring.unseal("totp", keyring.seal("totp", b"")) == b""


def test_every_changed_character_breaks_the_seal() -> None:
    keyring = Keyring(ROOT)
    sealed = keyring.seal("totp", b"12345678")
    for position, was in enumerate(sealed.rstrip("=")):
        other = "B" if was != "B" else "C"
        with pytest.raises(BrokenSeal):
            keyring.unseal("totp", sealed[:position] + other + sealed[position + 1 :])


def test_a_seal_opens_for_its_label_only() -> None:
    keyring = Keyring(ROOT)
    with pytest.raises(BrokenSeal, match="does not open"):
        keyring.unseal("mail", keyring.seal("totp", b"a secret"))


def test_a_seal_names_the_key_that_it_needs() -> None:
    other = Keyring(bytes(32))
    with pytest.raises(BrokenSeal, match=f"sealed with the key {other.key_id}"):
        Keyring(ROOT).unseal("totp", other.seal("totp", b"a secret"))


@pytest.mark.parametrize(
    "text", ["", "v1", "v1.", "v1.00000000", "v2.x.y", "v1..", "plain", "ä.ö.ü"]
)
def test_what_is_no_seal_is_refused(text: str) -> None:
    with pytest.raises(BrokenSeal):
        Keyring(ROOT).unseal("totp", text)


def test_a_cut_seal_is_refused() -> None:
    keyring = Keyring(ROOT)
    sealed = keyring.seal("totp", b"a secret")
    for length in range(len(sealed)):
        with pytest.raises(BrokenSeal):
            keyring.unseal("totp", sealed[:length])


def test_a_signature_holds_for_its_data_and_label_only() -> None:
    keyring = Keyring(ROOT)
    signature = keyring.sign("csrf", b"form")
    assert keyring.is_signed("csrf", b"form", signature)
    assert not keyring.is_signed("csrf", b"other form", signature)
    assert not keyring.is_signed("cookie", b"form", signature)
    assert not keyring.is_signed("csrf", b"form", signature[:-1])
    assert not keyring.is_signed("csrf", b"form", "ü\ud800")


def test_the_keyring_hides_its_root() -> None:
    assert repr(Keyring(ROOT)) == f"Keyring({Keyring(ROOT).key_id})"


def test_new_secrets_are_long_and_differ() -> None:
    made = {new_secret() for _ in range(100)}
    assert len(made) == 100
    assert {len(secret) for secret in made} == {43}


def test_a_secret_is_stored_as_its_hash() -> None:
    assert hash_secret("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_secrets_are_compared_whatever_they_contain() -> None:
    assert same_secret("ä", "ä")
    assert not same_secret("\ud800", "a")


def test_the_first_start_makes_the_key(db: Database, tmp_path: Path) -> None:
    keyring = open_keyring(tmp_path / "secrets", db)
    path = tmp_path / "secrets" / "root.key"
    assert len(path.read_bytes()) == KEY_BYTES
    assert (mode_of(path), mode_of(path.parent)) == (0o600, 0o700)
    assert list(path.parent.iterdir()) == [path]
    with db.read.begin() as session:
        assert fact(session, "root_key_fingerprint") == keyring.fingerprint
    assert open_keyring(tmp_path / "secrets", db).fingerprint == keyring.fingerprint


def test_a_start_without_the_key_is_refused(db: Database, tmp_path: Path) -> None:
    open_keyring(tmp_path / "secrets", db)
    (tmp_path / "secrets" / "root.key").unlink()
    with pytest.raises(BadKey, match=r"is missing.*restore it from a backup"):
        open_keyring(tmp_path / "secrets", db)
    assert not (tmp_path / "secrets" / "root.key").exists()


def test_a_start_with_another_key_is_refused(db: Database, tmp_path: Path) -> None:
    open_keyring(tmp_path / "secrets", db)
    (tmp_path / "secrets" / "root.key").write_bytes(bytes(32))
    with pytest.raises(BadKey, match="not the key that the database was made with"):
        open_keyring(tmp_path / "secrets", db)


@pytest.mark.parametrize("size", [0, 31, 33, 4096])
def test_a_start_with_a_key_of_another_size_is_refused(
    db: Database, tmp_path: Path, size: int
) -> None:
    open_keyring(tmp_path / "secrets", db)
    (tmp_path / "secrets" / "root.key").write_bytes(bytes(size))
    with pytest.raises(BadKey, match="must hold 32 bytes"):
        open_keyring(tmp_path / "secrets", db)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o700, 0o4600])
def test_a_start_with_a_key_that_others_may_read_is_refused(
    db: Database, tmp_path: Path, mode: int
) -> None:
    open_keyring(tmp_path / "secrets", db)
    (tmp_path / "secrets" / "root.key").chmod(mode)
    with pytest.raises(BadKey, match="chmod 600"):
        open_keyring(tmp_path / "secrets", db)


def test_a_start_with_an_open_folder_is_refused(db: Database, tmp_path: Path) -> None:
    open_keyring(tmp_path / "secrets", db)
    (tmp_path / "secrets").chmod(0o755)
    with pytest.raises(BadKey, match="chmod 700"):
        open_keyring(tmp_path / "secrets", db)


def test_a_key_brought_along_is_adopted_by_an_empty_database(db: Database, tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    folder.mkdir(mode=0o700)
    (folder / "root.key").write_bytes(ROOT)
    (folder / "root.key").chmod(0o600)
    assert open_keyring(folder, db).fingerprint == Keyring(ROOT).fingerprint
    with db.read.begin() as session:
        assert fact(session, "root_key_fingerprint") == Keyring(ROOT).fingerprint


def test_a_start_that_died_before_the_fingerprint_is_finished(
    db: Database, tmp_path: Path
) -> None:
    first = open_keyring(tmp_path / "secrets", db)
    with db.write.begin() as session:
        session.execute(delete(KernelFact))
    assert open_keyring(tmp_path / "secrets", db).fingerprint == first.fingerprint
    with db.read.begin() as session:
        assert fact(session, "root_key_fingerprint") == first.fingerprint


def test_a_fact_is_recorded_once(db: Database) -> None:
    with db.write.begin() as session:
        assert record_once(session, "colour", "green") == "green"
    with db.write.begin() as session:
        assert record_once(session, "colour", "blue") == "green"
    with db.read.begin() as session:
        assert fact(session, "colour") == "green"
        assert fact(session, "size") is None
