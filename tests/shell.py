"""The operator's shell, as tests look through it."""

from collections.abc import Iterator

from app.cli import Commands


def commands() -> Iterator[str]:
    """Yield every command of the operator, such as "member add"."""
    group, context = Commands(), None
    for name in group.list_commands(context):
        inner = getattr(group.get_command(context, name), "commands", None)
        yield from (f"{name} {sub}" for sub in inner) if inner else (name,)
