"""People of other sites, kept as accounts: harmless, up to date, and nobody else."""

from datetime import timedelta
from typing import Any, Final

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Account, RemoteActor, RemoteKey
from app.core.db import Database
from app.federation.fetching import Person
from app.federation.people import NameTaken, keep_person
from app.text.handles import Handle
from tests.factories import NOON, make_account
from tests.federation.signatures.test_keys import MULTIKEY
from tests.federation.signatures.vectors import OLD_PUBLIC, RSA_PUBLIC
from tests.federation.written import THERE, WHO, actor

ADA: Final = Handle("ada", "there.example")
KEY: Final = {"id": f"{WHO}#main-key", "owner": WHO, "publicKeyPem": RSA_PUBLIC}


def person(handle: Handle = ADA, **given: Any) -> Person:
    return Person(handle, actor(**{"publicKey": KEY} | given))


def keep(db: Database, found: Person, *, days: int = 0) -> Account:
    with db.write.begin() as session:
        return keep_person(session, found, now=NOON + timedelta(days=days))


def count(session: Session, kind: type[Any]) -> int:
    return session.scalar(select(func.count()).select_from(kind)) or 0


def test_somebody_new_is_written_down(db: Database) -> None:
    ada = keep(
        db,
        person(
            name="Ada \u202e<b>",
            summary="<p onclick=x>Hi</p><script>evil()</script>",
            url=f"{THERE}/@ada",
            followers=f"{WHO}/followers",
            endpoints={"sharedInbox": f"{THERE}/inbox"},
            attachment=[
                {"type": "PropertyValue", "name": "Si\nte", "value": "<i>x</i><img src=x>"}
            ],
            published="2024-03-01T00:00:00Z",
            manuallyApprovesFollowers=True,
        ),
    )
    assert (ada.username, ada.domain, ada.key) == ("ada", "there.example", "ada@there.example")
    assert ada.display_name == "Ada <b>"
    assert (ada.note_html, ada.note) == ("<p>Hi</p>", "Hi")
    assert ada.fields == [{"name": "Si te", "value": "x", "html": "<i>x</i>"}]
    assert ada.created_at.year == 2024
    assert ada.locked
    with db.read.begin() as session:
        row = session.get_one(RemoteActor, ada.id)
        assert (row.uri, row.inbox) == (WHO, f"{WHO}/inbox")
        assert (row.shared_inbox, row.followers) == (f"{THERE}/inbox", f"{WHO}/followers")
        [key] = session.scalars(select(RemoteKey))
        assert (key.uri, key.account_id) == (f"{WHO}#main-key", ada.id)
        assert key.public_pem.startswith("-----BEGIN PUBLIC KEY-----")


def test_who_is_known_is_brought_up_to_date(db: Database) -> None:
    first = keep(db, person(name="Ada"))
    again = keep(db, person(name="Ada"), days=1)
    assert (again.id, again.rev) == (first.id, first.rev)
    other = {"id": f"{WHO}#second", "owner": WHO, "publicKeyPem": RSA_PUBLIC}
    renamed = Handle("Countess", "there.example")
    later = keep(
        db, person(renamed, preferredUsername="Countess", publicKey=other, movedTo=f"{THERE}/2")
    )
    assert (later.id, later.key, later.rev) == (first.id, "countess@there.example", 2)
    with db.read.begin() as session:
        assert count(session, Account) == count(session, RemoteActor) == 1
        assert session.scalars(select(RemoteKey.uri)).all() == [f"{WHO}#second"]
        assert session.get_one(RemoteActor, first.id).moved_to == f"{THERE}/2"


def test_another_id_under_a_known_handle_is_somebody_else(db: Database) -> None:
    keep(db, person(name="Ada"))
    thief = person(id=f"{THERE}/users/2", name="Eve", publicKey=None)
    with pytest.raises(NameTaken):
        keep(db, thief)
    bea = keep(
        db,
        person(
            Handle("bea", "there.example"),
            id=f"{THERE}/users/3",
            preferredUsername="bea",
            publicKey=None,
        ),
    )
    with pytest.raises(NameTaken):
        keep(db, person(id=f"{THERE}/users/3", preferredUsername="ada", publicKey=None))
    with db.read.begin() as session:
        assert count(session, RemoteActor) == 2
        names = session.scalars(select(Account.display_name).where(Account.id != bea.id))
        assert names.all() == ["Ada"]


def test_a_member_here_is_nobody_elsewhere(db: Database) -> None:
    with db.write.begin() as session:
        ours = make_account(session, username="ada")
    assert keep(db, person()).id != ours.id


@pytest.mark.parametrize(
    "key",
    [
        pytest.param(KEY | {"owner": f"{THERE}/users/2"}, id="of somebody else"),
        pytest.param(KEY | {"id": "https://evil.example/key"}, id="of another site"),
        pytest.param(KEY | {"publicKeyPem": OLD_PUBLIC}, id="too weak"),
        pytest.param(KEY | {"publicKeyPem": "PEM"}, id="no key"),
    ],
)
def test_a_key_that_signs_nothing_here(db: Database, key: dict[str, Any]) -> None:
    keep(db, person(publicKey=key))
    with db.read.begin() as session:
        assert count(session, RemoteKey) == 0


def test_a_multikey_is_kept_like_the_others(db: Database) -> None:
    key = {
        "id": f"{WHO}#ed",
        "type": "Multikey",
        "controller": WHO,
        "publicKeyMultibase": MULTIKEY,
    }
    keep(db, person(assertionMethod=[key]))
    with db.read.begin() as session:
        found = session.get_one(RemoteKey, f"{WHO}#ed").public_pem
        assert found.startswith("-----BEGIN PUBLIC KEY-----")
        assert count(session, RemoteKey) == 2


def test_a_key_is_one_person_s(db: Database) -> None:
    ada = keep(db, person())
    taking = KEY | {"owner": f"{THERE}/users/3"}
    keep(
        db,
        person(
            Handle("bea", "there.example"),
            id=f"{THERE}/users/3",
            preferredUsername="bea",
            publicKey=taking,
        ),
    )
    with db.read.begin() as session:
        assert session.get_one(RemoteKey, f"{WHO}#main-key").account_id == ada.id


@pytest.mark.parametrize(
    ("type_name", "kind", "bot"),
    [
        ("Person", "person", False),
        ("Service", "service", True),
        ("Group", "coop", False),
        ("Organization", "coop", False),
        ("Application", "service", True),
    ],
)
def test_what_stands_behind_it(db: Database, type_name: str, kind: str, *, bot: bool) -> None:
    found = keep(db, person(type=type_name))
    assert (found.kind, found.bot) == (kind, bot)
