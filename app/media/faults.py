"""Why a film or a sound is not taken, in words for whoever sent it. Pure."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from app.core.words import Words, say
from app.media.limits import FILM_MINUTES_MAX, FRAME_RATE_MAX, SOUND_MINUTES_MAX


class Fault(StrEnum):
    """What is wrong with a file, as the locked process says it."""

    DAMAGED = "damaged"
    TOO_LARGE = "too_large"
    TOO_LONG = "too_long"
    TOO_FAST = "too_fast"
    TOO_SLOW = "too_slow"
    UNKNOWN_CODEC = "unknown_codec"


SENTENCES: Final[Mapping[Fault, Words]] = {
    Fault.DAMAGED: say(
        "We could not read this film or sound. It may be damaged: try to save it anew."
    ),
    Fault.TOO_LARGE: say("The pictures of this film are too large: at most 3840 by 2160, please."),
    Fault.TOO_LONG: say(
        "This is too long: at most {film} minutes for a film and {sound} for a sound, please.",
        film=FILM_MINUTES_MAX,
        sound=SOUND_MINUTES_MAX,
    ),
    Fault.TOO_FAST: say(
        "This film is too fast: at most {count} pictures a second, please.", count=FRAME_RATE_MAX
    ),
    Fault.TOO_SLOW: say("This took too long to prepare. Try to save it smaller or shorter."),
    Fault.UNKNOWN_CODEC: say(
        "We cannot read how this film or sound is packed. Save it as MP4 with H.264, or as MP3."
    ),
}
