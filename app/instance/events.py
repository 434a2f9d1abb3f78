"""What the co-op's own row tells others."""

from datetime import datetime

from app.core.records import Record
from app.instance.presets import Preset


class CoopFounded(Record):
    """The co-op exists; documents, constitution and books are laid in the same transaction."""

    coop_id: int
    founder_member_id: int
    name: str
    preset: Preset
    at: datetime
