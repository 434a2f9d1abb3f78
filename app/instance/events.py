"""What the co-op's own row tells others."""

from dataclasses import dataclass
from datetime import datetime

from app.instance.presets import Preset


@dataclass(frozen=True, slots=True)
class CoopFounded:
    """The co-op exists; documents, constitution and books are laid in the same transaction."""

    coop_id: int
    founder_member_id: int
    name: str
    preset: Preset
    at: datetime
