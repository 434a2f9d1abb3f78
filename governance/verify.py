"""Check an exported decision offline: `python -m governance.verify BUNDLE`.

Needs nothing but Python and these few files. It recounts the ballots, recomputes each hash and
names the first value that does not hold. It cannot know whether the whole log was rewritten: for
that, compare the head with a copy that somebody else kept (`--head`).
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from app.core.canonical import GENESIS, digest, link
from governance.counting.ballots import Binding, Paper, code_of, root_of
from governance.counting.yesno import count, mistake_in
from governance.decision import Decision, Outcome, Roll, decide
from governance.eligibility import list_hash
from governance.rules import BadRule, DecisionType, Method, RuleSet, Secrecy
from governance.seals import (
    BUNDLE_FORMAT,
    LOG,
    Because,
    Kind,
    ballot_chain,
    measure,
    note_hash,
    parts,
    sealed_entry,
)

ENTRY: Mapping[str, type] = {
    "seq": int,
    "at": str,
    "kind": str,
    "payload": dict,
    "hash": str,
    "prev_hash": str,
}
BALLOT: Mapping[str, type | tuple[type, ...]] = {
    "receipt": str,
    "voter": (str, type(None)),
    "marks": dict,
    "reason": str,
    "cast_at": str,
    "nonce": str,
}
NOTE: Mapping[str, type] = dict.fromkeys(("note", "place", "text", "by", "confirmed_by"), str)
SHAPE: Mapping[str, type] = {
    "format": str,
    "decision": str,
    "text": dict,
    "text_hash": str,
    "rule": dict,
    "rule_hash": str,
    "electorate": list,
    "electorate_hash": str,
    "ballots": list,
    "ballot_chain": list,
    "result": dict,
    "notes": list,
    "log": list,
}


class Fault(Exception):
    """The first value that does not hold: where it stands in the bundle, and why."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Case:
    """A bundle whose text, rule and log were found to fit together."""

    bundle: Mapping[str, Any]
    rule: RuleSet
    frozen: Mapping[str, Any]
    opened: Mapping[str, Any]
    closed: Mapping[str, Any]

    @property
    def binding(self) -> Binding:
        """What the ballots are bound to."""
        held = self.bundle
        return Binding(held["decision"], held["text_hash"], held["rule_hash"])


def check(bundle: Any, *, head: str | None = None) -> Decision:
    """Return the recounted decision of a bundle that holds.

    `head` is a hash of the log that was kept elsewhere; it must be among those of the bundle.

    Raises: Fault, with the path of the first value that does not hold.
    """
    try:
        return _checked(bundle, head=head)
    except (KeyError, TypeError, ValueError, AttributeError, AssertionError) as error:
        # Only a forged log can bring us here: its entries are sealed, yet not of our making.
        raise Fault("log", f"does not hold what it should: {error!r}") from error


def _checked(bundle: Any, *, head: str | None) -> Decision:
    _check_shape(bundle)
    _check_chain(bundle["log"], "log", LOG)
    if head is not None and head not in {entry["hash"] for entry in bundle["log"]}:
        raise Fault("log", "the head that was kept elsewhere is not among its hashes")
    frozen = _one_entry(bundle, Kind.FROZEN)
    _check_parts(bundle["text"], "text", frozen["text_parts"])
    _check_hash(bundle, "text_hash", digest(bundle["text"]), frozen["text_hash"])
    _check_parts(bundle["rule"], "rule", frozen["rule_parts"])
    _check_hash(bundle, "rule_hash", digest(bundle["rule"]), frozen["rule_hash"])
    opened, closed = _one_entry(bundle, Kind.OPENED), _one_entry(bundle, Kind.CLOSED)
    case = Case(bundle, _rule_of(bundle), frozen, opened, closed)
    _check_electorate(case)
    _check_ballots(case)
    _check_ballot_chain(case)
    decision = _recount(case)
    _check_result(case, decision)
    _check_orders(case)
    _check_declined(case)
    _check_notes(case)
    _check_act(case, decision)
    return decision


def _check_shape(bundle: Any) -> None:
    _check_object(bundle, "", SHAPE)
    if bundle["format"] != BUNDLE_FORMAT:
        raise Fault("format", f"this program reads {BUNDLE_FORMAT}")
    for name in ("log", "ballot_chain"):
        for number, entry in enumerate(bundle[name]):
            _check_object(entry, f"{name}[{number}].", ENTRY)
    for number, ballot in enumerate(bundle["ballots"]):
        _check_object(ballot, f"ballots[{number}].", BALLOT)
    for number, note in enumerate(bundle["notes"]):
        _check_object(note, f"notes[{number}].", NOTE)
    for number, entry in enumerate(bundle["electorate"]):
        _check_object(entry, f"electorate[{number}].", {"member": str, "active": bool})
    _refuse_fractions(bundle, "")


def _check_object(value: Any, path: str, shape: Mapping[str, type | tuple[type, ...]]) -> None:
    if not isinstance(value, dict):
        raise Fault(path.rstrip(".") or "the bundle", "must be an object")
    for name in value:
        if name not in shape:
            raise Fault(f"{path}{name}", "is unknown")
    for name, kind in shape.items():
        if name not in value:
            raise Fault(f"{path}{name}", "is missing")
        if not isinstance(value[name], kind) or (kind is int and isinstance(value[name], bool)):
            raise Fault(f"{path}{name}", "is of the wrong kind")


def _refuse_fractions(value: Any, path: str) -> None:
    # Canonical JSON has no floating numbers, so a bundle with one was never sealed.
    if value is None or isinstance(value, str | int):
        return
    if isinstance(value, dict):
        for name, item in value.items():
            _refuse_fractions(item, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for number, item in enumerate(value):
            _refuse_fractions(item, f"{path}[{number}]")
    else:
        raise Fault(path, "must be text or a whole number")


def _check_chain(entries: Sequence[Mapping[str, Any]], path: str, chain: str) -> None:
    for number, entry in enumerate(entries):
        sealed = sealed_entry(at=entry["at"], kind=entry["kind"], payload=entry["payload"])
        made = link(chain, seq=entry["seq"], prev_hash=entry["prev_hash"], payload_hash=sealed)
        if made != entry["hash"]:
            raise Fault(f"{path}[{number}]", "does not have the hash that it carries")
        if number and entry["seq"] != entries[number - 1]["seq"] + 1:
            raise Fault(f"{path}[{number}].seq", "does not follow the entry before it")
        if number and entry["prev_hash"] != entries[number - 1]["hash"]:
            raise Fault(f"{path}[{number}].prev_hash", "is not the hash of the entry before it")


def _entries(bundle: Mapping[str, Any], kind: Kind) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for number, entry in enumerate(bundle["log"]):
        payload = entry["payload"]
        if entry["kind"] == kind and payload.get("proposal") == bundle["decision"]:
            yield f"log[{number}].payload", payload


def _one_entry(bundle: Mapping[str, Any], kind: Kind) -> Mapping[str, Any]:
    found = [payload for _, payload in _entries(bundle, kind)]
    if len(found) != 1:
        raise Fault("decision", f"the log holds {len(found)} entries {kind} of it, not one")
    return found[0]


def _check_parts(value: Mapping[str, Any], path: str, sealed: Mapping[str, str]) -> None:
    found = parts(value)
    for name in sorted(found.keys() | sealed.keys()):
        if found.get(name) != sealed.get(name):
            raise Fault(f"{path}.{name}", "is not what was sealed when the proposal froze")


def _check_hash(bundle: Mapping[str, Any], name: str, found: str, sealed: str) -> None:
    if not bundle[name] == found == sealed:
        raise Fault(name, "is not the hash that the log carries")


def _rule_of(bundle: Mapping[str, Any]) -> RuleSet:
    try:
        rule = RuleSet.load(bundle["rule"])
    except BadRule as error:
        raise Fault("rule", str(error)) from None
    if bundle["text"].get("method") not in rule.methods:
        raise Fault("text.method", "is not one that the rule set allows")
    if bundle["text"].get("secrecy") not in rule.secrecy:
        raise Fault("text.secrecy", "is not one that the rule set allows")
    return rule


def _check_electorate(case: Case) -> None:
    listed = case.bundle["electorate"]
    if not case.bundle["electorate_hash"] == case.opened["electorate_hash"]:
        raise Fault("electorate_hash", "is not the hash that was sealed when voting opened")
    if list_hash(listed) != case.opened["electorate_hash"]:
        raise Fault("electorate", "is not the list that was sealed when voting opened")
    numbers = [int(entry["member"]) for entry in listed]
    if numbers != sorted(set(numbers)):
        raise Fault("electorate", "must name each member once, in order")
    sizes = (len(listed), sum(entry["active"] for entry in listed))
    if sizes != (case.opened["eligible"], case.opened["active"]):
        raise Fault("electorate", "has not the size that was sealed when voting opened")


def _check_ballots(case: Case) -> None:
    ballots, secret = case.bundle["ballots"], case.bundle["text"]["secrecy"] == Secrecy.SECRET
    electors = {entry["member"] for entry in case.bundle["electorate"]}
    voted: set[str] = set()
    for number, ballot in enumerate(ballots):
        path, voter = f"ballots[{number}]", ballot["voter"]
        _check_ballot(case, path, ballot, secret=secret)
        if secret:
            continue
        if voter not in electors:
            raise Fault(f"{path}.voter", "is not of the electorate")
        if voter in voted:
            raise Fault(f"{path}.voter", "has another ballot in the list")
        voted.add(voter)
    receipts = [ballot["receipt"] for ballot in ballots]
    if receipts != sorted(set(receipts)):
        raise Fault("ballots", "must be in the order of their receipts, each once")


def _check_ballot(case: Case, path: str, ballot: Mapping[str, Any], *, secret: bool) -> None:
    paper = Paper(**{name: ballot[name] for name in BALLOT if name != "receipt"})
    if paper.receipt(case.binding) != ballot["receipt"]:
        raise Fault(path, "does not have the receipt that it carries")
    if secret is not (ballot["voter"] is None):
        raise Fault(f"{path}.voter", "must be named, unless the vote is secret")
    method = Method(case.bundle["text"]["method"])
    if wrong := mistake_in(
        ballot["marks"], method, reason=ballot["reason"], reasons=case.rule.reasons
    ):
        raise Fault(f"{path}.marks", f"is not a vote: {wrong}")
    if not _in_time(case, ballot["cast_at"], secret=secret):
        raise Fault(f"{path}.cast_at", "is outside of the time of voting")


def _in_time(case: Case, cast_at: str, *, secret: bool) -> bool:
    opens_at = datetime.fromisoformat(case.opened["opens_at"])
    closes_at = datetime.fromisoformat(case.closed["closes_at"])
    cast = datetime.fromisoformat(cast_at)
    if secret:
        return opens_at.date() <= cast.date() <= closes_at.date()
    return opens_at <= cast < closes_at


def _check_ballot_chain(case: Case) -> None:
    entries, sealed = case.bundle["ballot_chain"], case.closed["ballots"]
    _check_chain(entries, "ballot_chain", ballot_chain(case.bundle["decision"]))
    if entries and (entries[0]["seq"], entries[0]["prev_hash"]) != (1, GENESIS):
        raise Fault("ballot_chain[0]", "is not the first of the chain")
    head = entries[-1]["hash"] if entries else GENESIS
    if (head, len(entries)) != (sealed["head"], sealed["entries"]):
        raise Fault("ballot_chain", "does not end where it did when voting closed")
    standing: set[str] = set()
    for number, entry in enumerate(entries):
        standing.discard(entry["payload"].get("replaces") or "")
        standing.add(entry["payload"]["receipt"])
        if entry["kind"] != Kind.BALLOT:
            raise Fault(f"ballot_chain[{number}].kind", f"must be {Kind.BALLOT}")
    if standing != {ballot["receipt"] for ballot in case.bundle["ballots"]}:
        raise Fault("ballots", "are not those that stood when voting closed")
    if (root_of(standing), len(standing)) != (sealed["root"], sealed["count"]):
        raise Fault("ballots", "are not the list that was sealed when voting closed")


def _recount(case: Case) -> Decision:
    choices = [ballot["marks"]["choice"] for ballot in case.bundle["ballots"]]
    if len(choices) > case.opened["eligible"]:
        raise Fault("ballots", "are more than there were members with a vote")
    extended = [payload["because"] for _, payload in _entries(case.bundle, Kind.EXTENDED)]
    return decide(
        case.rule,
        Method(case.bundle["text"]["method"]),
        tally=count(choices),
        roll=Roll(case.opened["eligible"], case.opened["active"]),
        second=Because.QUORUM in extended,
    )


def _check_result(case: Case, decision: Decision) -> None:
    _compare(case.bundle["result"], decision.dump(), "result")
    if case.closed["outcome"] != decision.outcome:
        raise Fault("log", "the outcome that was sealed is not what the ballots give")
    if case.closed["result_hash"] != digest(decision.dump()):
        raise Fault("log", "the result that was sealed is not what the ballots give")


def _compare(found: Any, right: Any, path: str) -> None:
    """Raise Fault at the first leaf of `found` that differs from `right`."""
    if isinstance(found, dict) and isinstance(right, dict):
        for name in sorted(found.keys() | right.keys()):
            if name not in found or name not in right:
                raise Fault(f"{path}.{name}", "is missing or does not belong there")
            _compare(found[name], right[name], f"{path}.{name}")
    elif isinstance(found, list) and isinstance(right, list) and len(found) == len(right):
        for number, (one, other) in enumerate(zip(found, right, strict=True)):
            _compare(one, other, f"{path}[{number}]")
    elif found != right or type(found) is not type(right):
        raise Fault(path, f"the ballots give {json.dumps(right)}")


def _check_orders(case: Case) -> None:
    payload_hash = digest(measure(case.bundle["text"]["effects"]))
    for kind in (Kind.QUEUED, Kind.APPROVED, Kind.DECLINED, Kind.ENACTED):
        for path, payload in _entries(case.bundle, kind):
            if payload["payload_hash"] != payload_hash:
                raise Fault(f"{path}.payload_hash", "is not the hash of what was voted on")


def _own(case: Case) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield where each entry about the decision stands, its kind and what it says."""
    for number, entry in enumerate(case.bundle["log"]):
        if entry["payload"].get("proposal") == case.bundle["decision"]:
            yield f"log[{number}]", entry["kind"], entry["payload"]


def _check_declined(case: Case) -> None:
    """Check that nobody declined an order twice, or one that was not open."""
    is_open, declined = False, set()
    for path, kind, payload in _own(case):
        if kind in (Kind.QUEUED, Kind.ENACTED, Kind.FAILED, Kind.EXPIRED):
            is_open = kind == Kind.QUEUED
        if kind == Kind.DECLINED:
            if not is_open:
                raise Fault(f"{path}.kind", "an order was declined that was not open")
            if payload["by"] in declined:
                raise Fault(f"{path}.payload.by", "has declined the order before")
            declined.add(payload["by"])


def _check_notes(case: Case) -> None:
    """Check that each note is one that two people put beside this text, after the vote."""
    is_over, sealed = False, {}
    for path, kind, payload in _own(case):
        is_over = is_over or kind == Kind.CLOSED
        if kind != Kind.NOTED:
            continue
        if not is_over:
            raise Fault(f"{path}.kind", "a note was made before the vote had closed")
        if payload["by"] == payload["confirmed_by"]:
            raise Fault(f"{path}.payload.confirmed_by", "is who wrote the note")
        if payload["text_hash"] != case.bundle["text_hash"]:
            raise Fault(f"{path}.payload.text_hash", "is not the hash of what was voted on")
        sealed[payload["note"]] = payload
    for number, note in enumerate(case.bundle["notes"]):
        _check_note(note, f"notes[{number}]", sealed.pop(note["note"], None))
    if sealed:
        raise Fault("notes", "one that was sealed is missing")


def _check_note(note: Mapping[str, Any], path: str, sealed: Mapping[str, Any] | None) -> None:
    if sealed is None:
        raise Fault(f"{path}.note", "was never put beside this text")
    for name in ("by", "confirmed_by"):
        if note[name] != sealed[name]:
            raise Fault(f"{path}.{name}", "is not whom the log names")
    if note_hash(place=note["place"], text=note["text"]) != sealed["note_hash"]:
        raise Fault(path, "is not what was sealed")


def _check_act(case: Case, decision: Decision) -> None:
    """Check that what was done without a decision is what was voted on, and how it ended."""
    acted = list(_entries(case.bundle, Kind.ACTED))
    is_about_one = case.bundle["text"]["type"] == DecisionType.EMERGENCY
    if len(acted) != int(is_about_one):
        raise Fault("text.type", f"the log holds {len(acted)} acts without a decision about it")
    confirmed = list(_entries(case.bundle, Kind.CONFIRMED))
    undone = list(_entries(case.bundle, Kind.UNDONE))
    payload_hash = digest(measure(case.bundle["text"]["effects"]))
    for path, payload in acted + confirmed + undone:
        if payload["payload_hash"] != payload_hash:
            raise Fault(f"{path}.payload_hash", "is not the hash of what was voted on")
    if len(confirmed + undone) > int(is_about_one):
        raise Fault("log", "the act was answered more than once")
    passed = decision.outcome is Outcome.PASSED
    for path, payload in undone:
        if passed and payload["because"] == "rejected":
            raise Fault(f"{path}.because", "the members agreed to it")
    if is_about_one and not passed and not undone:
        raise Fault("decision", "the members did not agree, and the act was not undone")


def find_receipt(bundle: Mapping[str, Any], wanted: str) -> Mapping[str, Any] | None:
    """Return the ballot with this receipt, whole or as the code that people copy down."""
    wanted = wanted.strip()
    for ballot in bundle["ballots"]:
        code = code_of(ballot["receipt"])
        if wanted.lower() == ballot["receipt"] or wanted.upper() in (code, code.replace("-", "")):
            found: Mapping[str, Any] = ballot
            return found
    return None


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the bundle that the command line names; return the exit status."""
    parser = argparse.ArgumentParser(prog="governance.verify", description=__doc__)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--head", help="a hash of the log that you kept elsewhere")
    parser.add_argument("--receipt", help="look for your own ballot")
    given = parser.parse_args(arguments)
    try:
        bundle = json.loads(given.bundle.read_bytes())
        decision = check(bundle, head=given.head)
    except (OSError, ValueError, RecursionError) as error:
        print(f"{given.bundle}: cannot be read: {error}", file=sys.stderr)
        return 1
    except Fault as fault:
        print(fault, file=sys.stderr)
        return 1
    print(summary(bundle, decision))
    return _report_receipt(bundle, given.receipt) if given.receipt else 0


def summary(bundle: Mapping[str, Any], decision: Decision) -> str:
    """Return one line on a bundle that holds."""
    counts = ", ".join(f"{number} {choice}" for choice, number in decision.tally.dump().items())
    return (
        f"Everything holds. Decision {bundle['decision']}: {decision.outcome}; {counts}; "
        f"{decision.tally.cast} of {decision.roll.eligible} took part."
    )


def _report_receipt(bundle: Mapping[str, Any], wanted: str) -> int:
    ballot = find_receipt(bundle, wanted)
    if ballot is None:
        print(f"No ballot in the list has the receipt {wanted}.", file=sys.stderr)
        return 1
    print(f"Your ballot is in the list: {ballot['marks']['choice']}, {ballot['receipt']}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
