"""How large, long and fast a film or a sound may be. The locked process reads these too.

Source: mastodon-api.md 1.12 for bytes, pixels and pictures a second; how long is our own.
"""

from typing import Final

FILM_BYTES_MAX: Final = 99 * 1024 * 1024
FILM_PIXELS_MAX: Final = 8_294_400
FILM_SIDE_MAX: Final = 4_096
FRAME_RATE_MAX: Final = 120
FILM_MINUTES_MAX: Final = 30
SOUND_MINUTES_MAX: Final = 100
