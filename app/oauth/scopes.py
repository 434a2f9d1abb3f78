"""The permissions of access tokens: which there are, and which imply which. Pure.

Source: Mastodon's API documentation, "OAuth scopes"; the `coop:` scopes are ours, and nothing
implies them: an app that may post must not be able to vote.
"""

from collections.abc import Iterable
from typing import Final

from app.core.errors import Invalid
from app.core.words import say

_READ: Final = (
    "accounts blocks bookmarks collections favourites filters follows lists mutes notifications "
    "search statuses"
)
_WRITE: Final = (
    "accounts blocks bookmarks collections conversations favourites filters follows lists media "
    "mutes notifications reports statuses"
)
_ADMIN: Final = (
    "accounts reports domain_allows domain_blocks ip_blocks email_domain_blocks "
    "canonical_email_blocks"
)


def _children(parent: str, names: str) -> frozenset[str]:
    return frozenset(f"{parent}:{name}" for name in names.split())


IMPLIED: Final[dict[str, frozenset[str]]] = {
    "read": _children("read", _READ),
    "write": _children("write", _WRITE),
    "follow": frozenset(
        f"{act}:{what}" for act in ("read", "write") for what in ("blocks", "follows", "mutes")
    ),
    "admin:read": _children("admin:read", _ADMIN),
    "admin:write": _children("admin:write", _ADMIN),
    "profile": frozenset(),
    "push": frozenset(),
    "coop:read": frozenset(),
    "coop:vote": frozenset(),
    "coop:ledger:read": frozenset(),
    "coop:officer": frozenset(),
}
SCOPES: Final = frozenset(IMPLIED).union(*IMPLIED.values())
DEFAULT: Final = "read"


def parse_scopes(text: str) -> frozenset[str]:
    """Return the scopes that `text` names, parted by spaces. Raises: Invalid on unknown ones."""
    asked = frozenset(text.split()) or frozenset({DEFAULT})
    if unknown := asked - SCOPES:
        names = ", ".join(sorted(unknown))
        raise Invalid(say("There is no such permission: {names}.", names=names), scopes=names)
    return asked


def write_scopes(scopes: Iterable[str]) -> str:
    """Return the scopes in one spelling, sorted and parted by spaces."""
    return " ".join(sorted(set(scopes)))


def with_implied(scopes: Iterable[str]) -> frozenset[str]:
    """Return the scopes and all that they imply."""
    asked = frozenset(scopes)
    return asked.union(*(IMPLIED.get(scope, frozenset()) for scope in asked))


def covers(granted: Iterable[str], needed: str) -> bool:
    """Return whether a token with `granted` may do what needs `needed`."""
    return needed in with_implied(granted)


def trim(asked: Iterable[str], *, to: Iterable[str]) -> frozenset[str]:
    """Return those of `asked` that `to` covers: nobody gets more than was registered."""
    allowed = with_implied(to)
    return frozenset(scope for scope in asked if scope in allowed)


def asked_of(text: str, *, registered: Iterable[str]) -> frozenset[str]:
    """Return the scopes that a program asks for, by default what reads if it may read.

    Raises: Invalid if it did not register them all, or one is unknown.
    """
    allowed = frozenset(registered)
    if not text.strip():
        return trim({DEFAULT}, to=allowed) or allowed
    asked = parse_scopes(text)
    if beyond := asked - trim(asked, to=allowed):
        names = ", ".join(sorted(beyond))
        raise Invalid(
            say("The application asks for more than it registered: {names}.", names=names),
            scopes=names,
        )
    return asked
