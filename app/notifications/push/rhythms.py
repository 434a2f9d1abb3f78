"""How a member wants their devices to be told, as it is kept."""

from datetime import time
from typing import Final

from app.members.models import Member
from app.notifications.rhythm import Pace, Rhythm

KEY: Final = "rhythm"
NO_ZONE: Final = "UTC"


def rhythm_of(member: Member) -> Rhythm:
    """Return the member's rhythm.

    Nights are quiet unless they say otherwise; of whoever has not said where they live, we do
    not know when it is night.
    """
    kept = member.settings.get(KEY)
    if kept is None:
        return Rhythm(is_quiet=member.time_zone != NO_ZONE)
    return Rhythm(
        Pace(kept["pace"]),
        kept["is_quiet"],
        time.fromisoformat(kept["quiet_from"]),
        time.fromisoformat(kept["quiet_until"]),
    )


def set_rhythm(member: Member, rhythm: Rhythm) -> None:
    """Keep the member's rhythm."""
    kept = {
        "pace": rhythm.pace.value,
        "is_quiet": rhythm.is_quiet,
        "quiet_from": rhythm.quiet_from.isoformat(timespec="minutes"),
        "quiet_until": rhythm.quiet_until.isoformat(timespec="minutes"),
    }
    member.settings = {**member.settings, KEY: kept}
