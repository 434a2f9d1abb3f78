"""What is kept of calls that may be sent twice: of ballots, nothing that tells the choice."""

import hashlib
import json
from typing import Any

import pytest
from sqlalchemy import MetaData, select

from app.core.crypto import BrokenSeal, hash_secret
from app.core.db import Database
from app.http.answers import StoredAnswer
from app.instance.presets import Preset
from governance.rules import DecisionType, Secrecy
from tests.governance.web import API, Web

KEY = {"idempotency-key": "ada says no"}
REASON = "Fourteen days are fourteen too many."


def everything(db: Database, *, without: tuple[str, ...] = ()) -> str:
    """Return all that the database holds as one text."""
    found, tables = [], MetaData()
    with db.read.begin() as session:
        tables.reflect(session.connection())
        for table in tables.sorted_tables:
            if table.name not in without:
                rows = session.execute(select(table)).all()
                found += [f"{table.name}: {row!r}" for row in rows]
    return "\n".join(found)


def bodies(ballot: dict[str, Any]) -> list[bytes]:
    """Return the ballot in the spellings in which a program may send it."""
    texts = (json.dumps(ballot), json.dumps(ballot, separators=(",", ":")))
    return [text.encode() for text in texts]


@pytest.mark.parametrize("hall", [Preset.ASSOCIATION], indirect=True)
@pytest.mark.parametrize("secrecy", [Secrecy.SEALED, Secrecy.SECRET])
def test_a_ballot_sent_twice_leaves_no_trace_of_its_choice(web: Web, secrecy: Secrecy) -> None:
    for number in range(6):
        web.hall.add(f"voter{number}")
    proposal_id = web.hall.voting("bo", secrecy=secrecy, type=DecisionType.POLICY, effects=[])
    path, cleo = f"{API}/proposals/{proposal_id}/ballot", web.program("cleo")
    ballot = {"choice": "no", "reason": REASON}
    first, second = (cleo.put(path, json=ballot, headers=KEY) for _ in range(2))
    assert first.json() == second.json()
    assert second.headers["idempotency-replayed"] == "true"
    kept = everything(web.kernel.db, without=("ballots",))
    assert REASON in everything(web.kernel.db)
    assert "stored_answers: " in kept
    for tale in (REASON, "ada says no", "'no'", '"no"'):
        assert tale not in kept
    for body in bodies(ballot):
        request = f"PUT {path}?\n".encode() + body
        for text in (body, request):
            assert hashlib.sha256(text).hexdigest() not in kept


def test_a_stored_answer_is_nobodys_without_the_token(web: Web) -> None:
    path, cleo = f"{API}/proposals/{web.hall.voting('bo')}/ballot", web.program("cleo")
    receipt = cleo.put(path, json={"choice": "no"}, headers=KEY).json()["receipt"]
    [row] = web.hall.scalars(select(StoredAnswer))
    token = cleo.headers["authorization"].removeprefix("Bearer ")
    told = f"{row.caller} {row.key} {row.request} {row.sealed}"
    assert receipt not in told
    assert hash_secret(token) not in told
    with pytest.raises(BrokenSeal):
        web.kernel.keyring.unseal("answer", row.sealed)
    assert row.created_at.minute == row.created_at.second == 0


def test_another_token_of_the_same_member_has_its_own_keys(web: Web) -> None:
    path = f"{API}/proposals/{web.hall.voting('bo')}/ballot"
    first = web.program("cleo").put(path, json={"choice": "no"}, headers=KEY).json()
    second = web.program("cleo").put(path, json={"choice": "no"}, headers=KEY).json()
    assert first["receipt"] != second["receipt"]
