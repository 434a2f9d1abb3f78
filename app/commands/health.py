"""`commonhold doctor`: what may be wrong, and what helps."""

import json
import os
from pathlib import Path
from typing import Annotated

import typer

from app.core.doctor import examine
from app.core.records import asdict


def doctor(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Look for what may be wrong: one line for each part, with what helps."""
    findings = list(examine(os.environ, folder=Path.cwd()))
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings]))
    else:
        print("\n".join(finding.line() for finding in findings))
    if not all(finding.is_good for finding in findings):
        raise SystemExit(1)
