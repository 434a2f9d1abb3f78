"""The offices as people read them."""

from typing import Final

from app.core.words import Words, say
from app.members.offices import Office

OFFICES: Final[dict[Office, Words]] = {
    Office.ADMIN: say("keeper of the machine"),
    Office.TREASURER: say("treasurer"),
    Office.MODERATOR: say("moderator"),
    Office.FACILITATOR: say("facilitator"),
    Office.SECRETARY: say("secretary"),
}
