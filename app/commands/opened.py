"""The tools of an operator's command, and how it prints what it made."""

import atexit
import json
import os
from pathlib import Path
from typing import Any

from app.core.kernel import Kernel, open_kernel
from app.core.settings import read_environment
from app.wiring import LISTENERS


def operator_kernel() -> Kernel:
    """Open the kernel by the environment; it is closed when the command ends."""
    kernel = open_kernel(read_environment(os.environ, folder=Path.cwd()), LISTENERS)
    atexit.register(kernel.close)
    return kernel


def print_made(text: str, *, as_json: bool, **data: Any) -> None:
    """Print the text for people, or the data as one line of JSON."""
    print(json.dumps(data, ensure_ascii=False) if as_json else text)
