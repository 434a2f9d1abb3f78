"""One door each: for foreign JSON, and for what is believed."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.project.sources import ROOT, called, name_of, nodes_of

READER: Final = "app/federation/activitystreams/documents.py"
OURS: Final = "app/federation/delivery/comparing.py"  # What we are about to say ourselves.
AUTHORITY: Final = "app/federation/authority.py"


def files(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def second_doors(path: Path) -> Iterator[str]:
    for node in nodes_of(path):
        if isinstance(node, ast.Call) and called(node) in ("json.loads", "orjson.loads"):
            yield f"{name_of(path)} reads JSON by itself"
        elif isinstance(node, ast.Attribute) and node.attr == "raw":
            yield f"{name_of(path)} looks into a foreign dictionary"


def test_foreign_json_is_read_in_one_place() -> None:
    found = [fault for path in files("app/federation") for fault in second_doors(path)]
    assert set(found) == {
        f"{READER} reads JSON by itself",
        f"{READER} looks into a foreign dictionary",
        f"{OURS} reads JSON by itself",
    }


def test_what_is_believed_is_made_in_one_place() -> None:
    makers = {
        name_of(path)
        for path in files("app")
        for node in nodes_of(path)
        if isinstance(node, ast.Call) and called(node) in ("Verified", "Confirmed")
    }
    assert makers == {AUTHORITY}
