"""What the `commonhold` command does, by noun; `app/cli.py` lists it."""
