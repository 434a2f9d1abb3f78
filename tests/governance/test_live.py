"""Comparing the live tables with the chains: each unlawful difference is named."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from app.cli import cli
from app.commands.verify import live_differences
from app.members.models import Member
from app.members.offices import Office
from governance.bundle import export_bundle
from governance.live import differences
from governance.rules import DecisionType
from tests.factories import make_mandate
from tests.governance.hall import Hall

ROOT = Path(__file__).parents[2]


@pytest.fixture
def settled(hall: Hall) -> Hall:
    """A co-op that adopted new terms, elected an admin, changed a rule, and is voting."""
    hall.enact(hall.queued())
    elected = {
        "kind": "role.grant",
        "payload": {"member": str(hall.members["bo"]), "office": "admin"},
    }
    order_id = hall.queued(type=DecisionType.ELECTION, title="Bo", effects=[elected])
    hall.enact(order_id, "cleo" if order_id < 0 else "ada")
    hall.voting("dov", title="Under way", type=DecisionType.POLICY, effects=[])
    return hall


def found(hall: Hall) -> list[str]:
    with hall.db.read.begin() as session:
        return [str(one) for one in differences(session)]


def test_a_lawful_coop_differs_in_nothing(settled: Hall) -> None:
    assert found(settled) == []
    with settled.db.read.begin() as session:
        assert list(live_differences(session)) == []


def by_hand(hall: Hall, table: str, *statements: str) -> None:
    """Write past every guard, as somebody with the machine can: without the table's triggers."""
    with hall.db.write.begin() as session:
        if hall.db.dialect == "postgresql":
            session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        else:
            named = text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :t")
            for name in session.scalars(named, {"t": table}).all():
                session.execute(text(f"DROP TRIGGER {name}"))
        for statement in statements:
            session.execute(text(statement))


BY_HAND = [
    pytest.param(
        "document_versions",
        "UPDATE document_versions SET text = 'x' WHERE version = 2",
        "document terms, version 2: its text does not have its hash",
        id="another text",
    ),
    pytest.param(
        "document_versions",
        "UPDATE document_versions SET text = 'x', hash = '2d711642b726b04401627ca9fbac32f5c8530fb"
        "1903cc4db02258717921a4881' WHERE version = 2",
        "document terms, version 2: its text is not what was voted on",
        id="another text with its hash",
    ),
    pytest.param(
        "document_versions",
        "UPDATE document_versions SET effective_at = adopted_at WHERE version = 2",
        "document terms, version 2: it takes effect at another time than was decided",
        id="in force at once",
    ),
    pytest.param(
        "required_versions",
        "DELETE FROM required_versions WHERE version = 2",
        "document terms, version 2: what members accept differs",
        id="nobody has to accept it",
    ),
    pytest.param(
        "required_versions",
        "UPDATE required_versions SET slug = 'bylaws' WHERE version = 2",
        "document bylaws, version 2: no decision made it",
        id="something else to accept",
    ),
    pytest.param(
        "constitution_rules",
        "UPDATE constitution_rules SET hash = 'x' WHERE type = 'terms'",
        "constitution, version 1: the rule for terms is not what was decided",
        id="another rule",
    ),
    pytest.param(
        "mandates",
        "UPDATE mandates SET ends_at = '2030-01-01' WHERE caretaker",
        "a caretaker has it for too long",
        id="a caretaker for good",
    ),
    pytest.param(
        "mandates",
        "UPDATE mandates SET ends_at = '2030-01-01' WHERE NOT caretaker",
        "the decision that it names gave another one",
        id="a longer term",
    ),
    pytest.param(
        "mandates",
        "UPDATE mandates SET office = 'treasurer' WHERE NOT caretaker",
        "the decision that it names gave another one",
        id="another office",
    ),
    pytest.param(
        "enactment_orders",
        "UPDATE enactment_orders SET state = 'waiting', ended_at = NULL",
        "its state is not what the log says",
        id="an order reloaded",
    ),
    pytest.param(
        "enactment_orders",
        "UPDATE enactment_orders SET measure = '[]'",
        "it is not for what was voted on",
        id="an order for something else",
    ),
    pytest.param(
        "proposal_revisions",
        "UPDATE proposal_revisions SET body = 'x'",
        "its text is not what was sealed",
        id="another proposal",
    ),
    pytest.param(
        "proposals",
        "UPDATE proposals SET closes_at = '2031-01-01' WHERE state = 'voting'",
        "its roll or dates are not what was sealed",
        id="a longer vote",
    ),
    pytest.param(
        "proposals",
        "UPDATE proposals SET outcome = 'rejected' WHERE outcome = 'passed'",
        "its outcome is not what was counted",
        id="another outcome",
    ),
    pytest.param(
        "ballots",
        "UPDATE ballots SET reason = 'I was made to'",
        "does not have the receipt that it carries",
        id="a ballot",
    ),
    pytest.param(
        "electors",
        "UPDATE electors SET why = 'lapsed' WHERE member_id = (SELECT max(id) FROM members)",
        "electorate: is not the list that was sealed when voting opened",
        id="an elector",
    ),
]


@pytest.mark.parametrize(("table", "statement", "named"), BY_HAND)
def test_what_was_changed_by_hand_is_named(
    settled: Hall, table: str, statement: str, named: str
) -> None:
    by_hand(settled, table, statement)
    assert any(named in one for one in found(settled)), found(settled)


def test_an_office_without_a_decision_is_named(settled: Hall) -> None:
    with settled.db.write.begin() as session:
        make_mandate(session, session.get_one(Member, settled.members["eve"]), Office.TREASURER)
    [one] = found(settled)
    assert "treasurer: no decision gave it" in one


def test_a_broken_chain_is_named_first(settled: Hall) -> None:
    by_hand(settled, "chain_entries", "UPDATE chain_entries SET kind = 'x' WHERE seq = 2")
    with settled.db.read.begin() as session:
        first = next(live_differences(session))
    assert "entry 2: the payload was changed" in first


@pytest.fixture
def environ(tmp_path: Path, database_url: str) -> dict[str, str]:
    """The environment of a command on the test's database."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("COMMONHOLD_")}
    return kept | {
        "COMMONHOLD_ENV": "test",
        "COMMONHOLD_DATA_DIR": str(tmp_path / "var"),
        "COMMONHOLD_DATABASE_URL": database_url,
        "PYTHONPATH": str(ROOT),
    }


def command(*words: str, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app.cli", "verify", *words],
        env=environ,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_compares_the_live_database(settled: Hall, environ: dict[str, str]) -> None:
    ran = command("--live", environ=environ)
    assert (ran.returncode, ran.stdout) == (0, "Everything holds.\n"), ran.stderr
    by_hand(settled, "document_versions", "UPDATE document_versions SET text = 'x'")
    ran = command("--live", environ=environ)
    assert ran.returncode == 1
    assert "document terms, version 2: its text does not have its hash" in ran.stderr


@pytest.mark.parametrize("words", [[], ["--live", "bundle.json"]])
def test_wrong_usage_of_the_command(words: list[str]) -> None:
    assert CliRunner().invoke(cli, ["verify", *words]).exit_code == 2


def test_the_command_counts_a_bundle_again(hall: Hall, tmp_path: Path) -> None:
    bundle = tmp_path / "bundle.json"
    proposal_id = hall.closed(hall.voting())
    with hall.db.read.begin() as session:
        bundle.write_text(json.dumps(export_bundle(session, proposal_id, viewer=None)))
    ran = CliRunner().invoke(cli, ["verify", str(bundle)])
    assert (ran.exit_code, "Everything holds." in ran.output) == (0, True)
    bundle.write_text(bundle.read_text().replace("Gone should mean gone", "Keep it all"))
    ran = CliRunner().invoke(cli, ["verify", str(bundle)])
    assert (ran.exit_code, "text.body: " in ran.output) == (1, True)
