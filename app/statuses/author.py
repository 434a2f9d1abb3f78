"""Whoever wrote something, as lists show them. Pure."""

from app.core.records import Record


class Author(Record):
    """An account with what is needed to name it and to show its face."""

    id: int
    username: str
    domain: str | None
    display_name: str
    avatar_key: str | None
    rev: int

    @property
    def name(self) -> str:
        """The name to be called by."""
        return self.display_name or self.username

    @property
    def handle(self) -> str:
        """The name in addresses: "ines" here, "ines@elsewhere.example" of another site."""
        return self.username if self.domain is None else f"{self.username}@{self.domain}"
