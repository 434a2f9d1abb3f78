"""The offline verifier: an honest bundle holds, and any changed value is named."""

import json
import subprocess
import sys
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import chain
from governance.counting.ballots import ALPHABET, code_of
from governance.decision import Outcome
from governance.rules import Secrecy
from governance.seals import sealed_entry
from governance.verify import Fault, check, find_receipt, main
from tests.governance.sealed import OPENS_AT, make_bundle

ROOT = Path(__file__).parents[2]
BUNDLES = {secrecy: make_bundle(secrecy=secrecy) for secrecy in Secrecy}
BUNDLE = BUNDLES[Secrecy.SEALED]


@pytest.mark.parametrize("secrecy", Secrecy)
def test_an_honest_bundle_holds(secrecy: Secrecy) -> None:
    decision = check(BUNDLES[secrecy])
    assert decision.outcome is Outcome.BLOCKED
    assert decision.tally.dump() == {"yes": 3, "no": 1, "abstain": 1, "block": 1}


Step = str | int


def leaves(value: Any, path: tuple[Step, ...] = ()) -> Iterator[tuple[Step, ...]]:
    """Yield the path of each leaf."""
    if isinstance(value, dict | list) and value:
        steps = value if isinstance(value, dict) else range(len(value))
        for step in steps:
            yield from leaves(value[step], (*path, step))
    else:
        yield path


def at(value: Any, path: tuple[Step, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


def spelled(path: tuple[Step, ...]) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)[1:]


def changed(value: Any) -> Any:
    """Return another value of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):
        return f"{value[:-1]}{'0' if value[-1:] != '0' else '1'}"
    return "something" if value is None else [*value, "something"]


ALL_LEAVES = [
    pytest.param(secrecy, path, id=f"{secrecy}: {spelled(path)}")
    for secrecy in (Secrecy.SEALED, Secrecy.SECRET)
    for path in leaves(BUNDLES[secrecy])
]


@pytest.mark.parametrize(("secrecy", "path"), ALL_LEAVES)
def test_a_changed_value_is_named(secrecy: Secrecy, path: tuple[Step, ...]) -> None:
    bundle = deepcopy(BUNDLES[secrecy])
    at(bundle, path[:-1])[path[-1]] = changed(at(bundle, path))
    with pytest.raises(Fault) as caught:
        check(bundle)
    assert spelled(path).startswith(caught.value.path)
    assert caught.value.path != "log", "a whole chain is not a name"


@given(data=st.data())
def test_a_value_of_any_other_kind_is_refused(data: st.DataObject) -> None:
    bundle = deepcopy(BUNDLE)
    path = data.draw(st.sampled_from(list(leaves(BUNDLE))))
    junk: Any = data.draw(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just([[]])
    )
    if junk == at(bundle, path):
        return
    at(bundle, path[:-1])[path[-1]] = junk
    with pytest.raises(Fault):
        check(bundle)


def _swap_choices(bundle: dict[str, Any]) -> None:
    one, other = bundle["ballots"][0], bundle["ballots"][-1]
    assert one["marks"] != other["marks"]
    one["marks"], other["marks"] = other["marks"], one["marks"]


def _swap_voters(bundle: dict[str, Any]) -> None:
    one, other = bundle["ballots"][0], bundle["ballots"][1]
    one["voter"], other["voter"] = other["voter"], one["voter"]


TAMPERED = [
    pytest.param(lambda b: b["ballots"].pop(), "ballots", id="a ballot is deleted"),
    pytest.param(
        lambda b: b["ballots"].append(b["ballots"][0]), "ballots[6].voter", id="a ballot twice"
    ),
    pytest.param(_swap_choices, "ballots[0]", id="choices are exchanged"),
    pytest.param(_swap_voters, "ballots[0]", id="voters are exchanged"),
    pytest.param(lambda b: b["electorate"].pop(), "electorate", id="an elector is deleted"),
    pytest.param(
        lambda b: b["electorate"].append({"member": "99", "active": True}),
        "electorate",
        id="an elector is added",
    ),
    pytest.param(lambda b: b["log"].pop(1), "log[1].seq", id="an entry of the log is left out"),
    pytest.param(
        lambda b: b["ballot_chain"].pop(), "ballot_chain", id="the last ballot was never cast"
    ),
    pytest.param(lambda b: b["log"].pop(0), "decision", id="the freeze is left out"),
    pytest.param(lambda b: b.pop("rule"), "rule", id="the rule is missing"),
    pytest.param(lambda b: b.update(note="hello"), "note", id="something is added"),
    pytest.param(
        lambda b: b["text"].update(note="hello"), "text.note", id="something is added to the text"
    ),
    pytest.param(
        lambda b: b["result"]["counts"].pop("no"), "result.counts.no", id="a number is missing"
    ),
    pytest.param(lambda b: b.update(log=[]), "decision", id="there is no log"),
    pytest.param(lambda b: b.update(ballots=3), "ballots", id="a number for a list"),
    pytest.param(lambda b: b.update(format="other/1"), "format", id="another format"),
]


@pytest.mark.parametrize(("tamper", "path"), TAMPERED)
def test_tampering_is_named(tamper: Any, path: str) -> None:
    bundle = deepcopy(BUNDLE)
    tamper(bundle)
    with pytest.raises(Fault) as caught:
        check(bundle)
    assert caught.value.path == path


@pytest.mark.parametrize("junk", [None, 3, "text", [], {}, [{}]])
def test_what_is_no_bundle_is_refused(junk: Any) -> None:
    with pytest.raises(Fault):
        check(junk)


def test_a_log_sealed_anew_shows_against_a_head_kept_elsewhere() -> None:
    head = BUNDLE["log"][-1]["hash"]
    check(BUNDLE, head=head)
    with pytest.raises(Fault, match="kept elsewhere"):
        check(BUNDLE, head=head[::-1])


def test_the_verifier_seals_entries_as_the_chain_does() -> None:
    payload = {"proposal": "7001", "name": "Zoë"}
    theirs = chain.seal(at=OPENS_AT, kind="proposal.frozen", payload=payload)
    assert sealed_entry(at=OPENS_AT.isoformat(), kind="proposal.frozen", payload=payload) == theirs


def test_a_voter_finds_the_ballot_by_receipt_or_code() -> None:
    ballot = BUNDLE["ballots"][2]
    code = code_of(ballot["receipt"])
    assert len(code) == 19
    assert set(code) <= {*ALPHABET, "-"}
    for wanted in (ballot["receipt"], code, code.lower(), code.replace("-", "")):
        assert find_receipt(BUNDLE, wanted) is ballot
    assert find_receipt(BUNDLE, "0000-0000-0000-0000") is None


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    """The bundle as a file."""
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps(BUNDLE))
    return path


def _run_bare(*arguments: str) -> subprocess.CompletedProcess[str]:
    # -S: no installed package can be imported. -E: nor one that the environment names.
    command = [sys.executable, "-S", "-E", "-m", "governance.verify", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)


def test_it_runs_with_nothing_but_python(exported: Path) -> None:
    run = _run_bare(str(exported), "--receipt", code_of(BUNDLE["ballots"][0]["receipt"]))
    assert run.returncode == 0, run.stderr
    assert "Everything holds. Decision 7001: blocked; 3 yes, 1 no" in run.stdout
    assert "Your ballot is in the list" in run.stdout


def test_it_exits_with_the_first_value_that_does_not_hold(exported: Path) -> None:
    exported.write_text(exported.read_text().replace("within 14 days", "within 90 days"))
    run = _run_bare(str(exported))
    assert run.returncode == 1
    assert run.stderr.startswith("text.title: ")


@pytest.mark.parametrize("content", ["", "{", "[" * 100_000, "null", '{"format": NaN}'])
def test_a_file_that_is_no_bundle_is_one_line_of_error(
    exported: Path, content: str, capsys: pytest.CaptureFixture[str]
) -> None:
    exported.write_text(content)
    assert main([str(exported)]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_receipt_that_is_not_in_the_list(
    exported: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(exported), "--receipt", "0000-0000-0000-0000"]) == 1
    assert "No ballot" in capsys.readouterr().err
