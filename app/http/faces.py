"""The pictures of people: their own, or one that the house lends them."""

from typing import Final

LENT: Final = (
    "anchor",
    "bicycle",
    "boat",
    "cat",
    "fish",
    "kettle",
    "lamp",
    "leaf",
    "loaf",
    "moon",
    "mushroom",
    "pear",
)
OF_THE_COOP: Final = "/faces/house.svg"


def media_url(key: str) -> str:
    """Return the address of a stored file that the public may see."""
    return f"/media/{key}"


def avatar_url(account_id: int, avatar_key: str | None) -> str:
    """Return the address of an account's picture; without one, always the same lent one."""
    if avatar_key is not None:
        return media_url(avatar_key)
    return f"/faces/{LENT[account_id % len(LENT)]}.svg"
