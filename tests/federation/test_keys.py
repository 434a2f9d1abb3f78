"""Keys: one pair an owner, sealed at rest, renewed without a moment in which nothing verifies."""

import hashlib
from threading import Thread

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from sqlalchemy import func, select

from app.core.crypto import BrokenSeal
from app.core.kernel import Kernel
from app.federation import keys
from app.federation.models import ActorKey
from tests.factories import make_account


def made(kernel: Kernel, account_id: int | None) -> ActorKey:
    keys.ensure_key(kernel, account_id)
    with kernel.db.read.begin() as session:
        key = keys.published_key(session, account_id)
    assert key is not None
    return key


def test_both_halves_fit_and_the_private_one_is_sealed(kernel: Kernel) -> None:
    with kernel.db.write.begin() as session:
        account_id = make_account(session).id
    key = made(kernel, account_id)
    assert "PRIVATE" not in (key.private_sealed or "")
    private = load_pem_private_key(keys.private_pem(key, kernel.keyring), password=None)
    public = load_pem_public_key(key.public_pem.encode())
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert private.public_key().public_bytes(*form) == public.public_bytes(*form)
    assert key.fingerprint == hashlib.sha256(public.public_bytes(*form)).hexdigest()
    assert isinstance(private, RSAPrivateKey)
    assert private.key_size == 2048
    assert key.private_sealed is not None
    with pytest.raises(BrokenSeal):
        kernel.keyring.unseal("something else", key.private_sealed)


@pytest.mark.parametrize("is_site", [True, False], ids=["the site", "an account"])
def test_of_several_who_ask_at_once_all_get_one_pair(kernel: Kernel, is_site: bool) -> None:
    account_id = None
    if not is_site:
        with kernel.db.write.begin() as session:
            account_id = make_account(session).id
    asking = [Thread(target=keys.ensure_key, args=(kernel, account_id)) for _ in range(3)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    with kernel.db.read.begin() as session:
        assert session.scalar(select(func.count()).select_from(ActorKey)) == 1


def test_the_old_key_signs_until_others_know_the_new_one(kernel: Kernel) -> None:
    old = made(kernel, None)
    keys.renew_key(kernel, None)
    with kernel.db.write.begin() as session:
        new, signing = keys.published_key(session, None), keys.signing_key(session, None)
        assert new is not None
        assert signing is not None
        assert (signing.id, new.number) == (old.id, 2)
        assert keys.retire_old(session, None, now=kernel.clock.now()) == 1
    with kernel.db.read.begin() as session:
        signing = keys.signing_key(session, None)
        assert signing is not None
        assert signing.id == new.id
        forgotten = session.get_one(ActorKey, old.id)
        assert forgotten.private_sealed is None
        assert forgotten.retired_at == kernel.clock.now()
