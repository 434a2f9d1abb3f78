"""The proposals of the demo, in words."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from app.demo.decisions import Matter
from governance.rules import DecisionType

TERMS_ADDED: Final = (
    "\n\n## What people delete\n\nWhen you delete a post, we hide it at once, and the last copy "
    "leaves our backups within 14 days. We keep a copy only while a moderator has an open case "
    "about it, and we tell you so.\n"
)
KEPT_ADDED: Final = "\n\nWe keep addresses for 30 days.\n"
ALBUM_ADDED: Final = (
    "\nPictures in the common album may be used by all members, with the name of whoever took "
    "them.\n"
)
REMARKS: Final = (
    "I had to look at an old post in March, and it was 19 days old. What would we have done?",
    "That case was opened on day two, so an open case keeps the copy.",
    "Technically simple. I would test a restore every week instead of every month.",
    "Gone should mean gone. Three months is a long time to worry about one bad evening.",
    "I can live with it. Thank you for writing it in words that I understand.",
)


def statement(text: str) -> Sequence[Mapping[str, Any]]:
    """Return the effect of saying something together."""
    return ({"kind": "statement", "payload": {"text": text}},)


def matters(terms: str, privacy: str) -> Sequence[Matter]:
    """Return the proposals after the first elections; `terms` and `privacy` are version 1."""
    return (*_decided(terms), *_turned_down(), *_at_its_end(terms, privacy), *_young())


def _decided(terms: str) -> Sequence[Matter]:
    adopted = {"slug": "terms", "text": terms + TERMS_ADDED}
    return (
        Matter(
            author="ines",
            type=DecisionType.TERMS,
            title="Delete what people delete, within 14 days",
            body="When you delete a post, the last copy leaves our backups after 14 days.",
            effects=({"kind": "document.adopt", "payload": adopted},),
            before_end=190,
            remarks=REMARKS,
            turnout=72,
        ),
        Matter(
            author="kofi",
            type=DecisionType.POLICY,
            title="Ask before posting pictures of children",
            body="A picture of a child is posted only if whoever looks after them agreed.",
            before_end=150,
            remarks=REMARKS[3:],
            turnout=66,
            no=6,
        ),
        Matter(
            author="bo",
            type=DecisionType.POLICY,
            title="No digest mails before noon on Sundays",
            body="A quiet Sunday: digests wait until noon.",
            before_end=120,
            turnout=50,
            no=62,
        ),
        Matter(
            author="theo",
            type=DecisionType.POLICY,
            title="Rename the neighbours' page to “The yard”",
            body="It is where we meet, after all.",
            before_end=100,
            turnout=2,
        ),
        Matter(
            author="jun",
            type=DecisionType.STATEMENT,
            title="We support the night bus",
            body="The survey closes soon. Let us say together that we need it.",
            effects=statement("Riverside supports keeping the night bus."),
            before_end=85,
            turnout=58,
            no=4,
        ),
    )


def _turned_down() -> Sequence[Matter]:
    return (
        Matter(
            author="vera",
            type=DecisionType.POLICY,
            title="Chess evenings in the reading room",
            body="Every second Tuesday, at the window table.",
            before_end=75,
            ends="withdrawn",
        ),
        Matter(
            author="paul",
            type=DecisionType.POLICY,
            title="Close the reading room in January",
            body="To save heating. The library takes us in.",
            before_end=62,
            no=55,
            turnout=60,
        ),
        Matter(
            author="leila",
            type=DecisionType.POLICY,
            title="One evening a month without posts",
            body="The page says “closed for tonight”. Nobody is forced to stay away.",
            before_end=48,
            ends="voided",
            turnout=55,
        ),
        Matter(
            author="emil",
            type=DecisionType.STATEMENT,
            title="Lend the drill to Harbour for a week",
            body="They lent us the pump.",
            effects=statement("The tool library lends its drill to Harbour for a week."),
            before_end=88,
            ends="expired",
            turnout=50,
        ),
    )


def _at_its_end(terms: str, privacy: str) -> Sequence[Matter]:
    softer = {"slug": "privacy", "text": privacy + KEPT_ADDED}
    album = {"slug": "terms", "text": terms + TERMS_ADDED + ALBUM_ADDED}
    return (
        Matter(
            author="tomasz",
            type=DecisionType.POLICY,
            title="Buy a second disk before the winter",
            body="$180 once. The first disk is six years old.",
            ends="challengeable",
            turnout=61,
            remarks=REMARKS[2:],
        ),
        Matter(
            author="ruth",
            type=DecisionType.PRIVACY,
            title="Say how long we keep addresses",
            body="Thirty days, and we say so.",
            effects=({"kind": "document.adopt", "payload": softer},),
            ends="queued",
            turnout=64,
            no=5,
        ),
        Matter(
            author="femi",
            type=DecisionType.POLICY,
            title="Kitchen-table calls on Sundays at five",
            body="Weekdays lose the parents, Saturdays the bakers.",
            ends="voting",
            turnout=40,
            remarks=REMARKS[:2],
        ),
        Matter(
            author="anneke",
            type=DecisionType.TERMS,
            title="Say who may see the pictures of the river",
            body="Pictures in the common album may be used by all of us, with the name beside.",
            effects=({"kind": "document.adopt", "payload": album},),
            ends="voting",
            turnout=35,
            remarks=REMARKS[3:],
        ),
    )


def _young() -> Sequence[Matter]:
    return (
        Matter(
            author="samir",
            type=DecisionType.POLICY,
            title="A rain barrel for the roof garden",
            body="Forty litres, second hand.",
            ends="notice",
        ),
        Matter(
            author="hana",
            type=DecisionType.POLICY,
            title="Bind the minutes of the year into a book",
            body="On paper that lasts. I would do it for the cost of the glue.",
            ends="deliberation",
            remarks=REMARKS[4:],
        ),
        Matter(
            author="lucia",
            type=DecisionType.POLICY,
            title="A quiet hour at lunch",
            body="No notifications between one and two, for everybody.",
            ends="seeking_support",
        ),
        Matter(
            author="ada",
            type=DecisionType.POLICY,
            title="Where the machine stands in summer",
            body="It gets warm under the roof. I am still thinking.",
            ends="draft",
        ),
    )
