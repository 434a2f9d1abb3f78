"""`commonhold migrate`: the schema of the database."""

import os
from importlib import import_module
from pathlib import Path

from app.core.db import open_database
from app.core.settings import read_environment


def migrate() -> None:
    """Upgrade the database's schema."""
    settings = read_environment(os.environ, folder=Path.cwd())
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    import_module("migrations.upgrade").upgrade(open_database(settings.database))
