"""The pictures of people: their own, or one that the house lends them."""

from typing import Final
from zlib import crc32

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
OF_THE_COOP_DRAWN: Final = "/faces/house.png"  # In pixels.


def media_url(path: str) -> str:
    """Return the address of a stored picture; accounts keep its path below the site's root."""
    return f"/{path}"


def avatar_url(account_id: int, avatar_key: str | None) -> str:
    """Return the address of an account's picture; without one, always the same lent one."""
    return media_url(avatar_key) if avatar_key is not None else f"/faces/{_lent(account_id)}.svg"


def lent_face(account_id: int) -> str:
    """Return the address of the lent picture as pixels, for programs that draw nothing else."""
    return f"/faces/{_lent(account_id)}.png"


def _lent(account_id: int) -> str:
    # Ids that were made in the same second end alike; their checksums do not.
    return LENT[crc32(str(account_id).encode()) % len(LENT)]
