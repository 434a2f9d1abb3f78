"""The proposals of the demo, in words: one or more for every state that a proposal can rest in."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final

from app.demo.decisions import Matter
from app.instance.presets import Preset
from dues.billing.models import Way
from dues.money import Money
from dues.treasury.spending import Spent
from governance.presets import constitution_of
from governance.rules import DecisionType, Method

TERMS_ADDED: Final = (
    "\n\n## What people delete\n\nWhen you delete a post, we hide it at once, and the last copy "
    "leaves our backups within 14 days. We keep a copy only while a moderator has an open case "
    "about it, and we tell you so.\n"
)
ALBUM_ADDED: Final = (
    "\nPictures in the common album may be used by all members, with the name of whoever took "
    "them.\n"
)
GUESTS_ADDED: Final = (
    "\n## Guests\n\nA member may bring a guest for a week. The guest reads and answers, and the "
    "member answers for the guest.\n"
)
KEPT_ADDED: Final = "\n\nWe keep addresses for 30 days.\n"
REMARKS: Final = (
    "I had to look at an old post in March, and it was 19 days old. What would we have done?",
    "That case was opened on day two, so an open case keeps the copy.",
    "Technically simple. I would test a restore every week instead of every month.",
    "Gone should mean gone. Three months is a long time to worry about one bad evening.",
    "I can live with it. Thank you for writing it in words that I understand.",
)
DISK: Final = Spent(
    "Machine:Disk",
    Money(168_00, "USD"),
    Way.TRANSFER,
    date(2000, 1, 1),  # The day of buying comes later.
    "A second disk",
)


def statement(text: str) -> Sequence[Mapping[str, Any]]:
    """Return the effect of saying something together."""
    return ({"kind": "statement", "payload": {"text": text}},)


def adopting(slug: str, text: str) -> Sequence[Mapping[str, Any]]:
    """Return the effect of another version of a document."""
    return ({"kind": "document.adopt", "payload": {"slug": slug, "text": text}},)


def consensus_allowed() -> Mapping[str, Any]:
    """Return the rule set of the bylaws, with consensus beside the majority."""
    kind, both = DecisionType.BYLAWS, (Method.MAJORITY, Method.CONSENSUS)
    return {kind.value: replace(constitution_of(Preset.SMALL)[kind], methods=both).dump()}


def matters(terms: str, privacy: str, *, leaver: str) -> Sequence[Matter]:
    """Return the proposals after the first elections; `terms` and `privacy` are version 1.

    `leaver` is the member who moves away after being elected.
    """
    return (
        *_of_the_first_year(leaver),
        *_decided(terms),
        *_turned_down(),
        *_at_its_end(privacy),
        *_young(terms),
    )


def _of_the_first_year(leaver: str) -> Sequence[Matter]:
    mandate = {"member": leaver, "office": "moderator", "days": 365}
    doubled = {"suggested": {"amount": 200, "currency": "USD"}}
    return (
        Matter(
            author="femi",
            type=DecisionType.CONSTITUTION,
            title="Consensus for the bylaws",
            body="Beside the majority: for what holds us together, a block with a reason counts.",
            effects=({"kind": "constitution.set", "payload": {"rules": consensus_allowed()}},),
            before_end=352,
            turnout=85,
            no=6,
            remarks=(
                "Who may block, and over what?",
                "Anybody with a vote and a reason that all can read. Nine in ten overrule it.",
                "Then I am for it. For money I would keep the majority.",
            ),
        ),
        Matter(
            author="ines",
            type=DecisionType.ELECTION,
            title="Cora as second moderator",
            body="For a year, so that the queue is not one person's evening.",
            effects=({"kind": "role.grant", "payload": mandate},),
            before_end=300,
            ends="failed_enactment",
            turnout=80,
            no=4,
        ),
        Matter(
            author="aisha",
            type=DecisionType.DUES,
            title="Suggest two dollars a month",
            body="The reserve would last for eight months instead of four.",
            effects=({"kind": "dues.set", "payload": doubled},),
            before_end=230,
            turnout=64,
            no=55,
            remarks=(
                "One dollar is what makes people say yes. Whoever can, gives more anyway.",
                "The books agree: the mean is above one fifty already.",
                "I would rather know what the reserve is for first.",
            ),
        ),
    )


def _decided(terms: str) -> Sequence[Matter]:
    return (
        Matter(
            author="ines",
            type=DecisionType.TERMS,
            title="Delete what people delete, within 14 days",
            body="When you delete a post, the last copy leaves our backups after 14 days.",
            effects=adopting("terms", terms + TERMS_ADDED),
            before_end=190,
            remarks=REMARKS,
            turnout=72,
        ),
        Matter(
            author="tomasz",
            type=DecisionType.SPENDING,
            title="Buy a second disk before the winter",
            body="$168 once. The first disk is six years old.",
            before_end=165,
            ends="ratified",
            turnout=61,
            no=5,
            remarks=("Second hand?", "No. Disks are the one thing that I buy new."),
            bill=DISK,
        ),
        Matter(
            author="kofi",
            type=DecisionType.POLICY,
            title="Ask before posting pictures of children",
            body="A picture of a child is posted only if whoever looks after them agreed.",
            method=Method.CONSENSUS,
            before_end=150,
            ends="ratified",
            remarks=(
                "And of the street feast?",
                "From behind, or with a yes. It is quickly asked.",
            ),
            turnout=66,
            no=6,
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
        Matter(
            author="anneke",
            type=DecisionType.TERMS,
            title="Say who may use the pictures of the river",
            body="Pictures in the common album may be used by all of us, with the name beside.",
            effects=adopting("terms", terms + TERMS_ADDED + ALBUM_ADDED),
            before_end=57,
            remarks=(
                "With the name is all that I ask.",
                "Also on the printed calendar? Yes, please.",
            ),
            turnout=62,
            no=8,
        ),
    )


def _turned_down() -> Sequence[Matter]:
    return (
        Matter(
            author="bo",
            type=DecisionType.POLICY,
            title="No digest mails before noon on Sundays",
            body="A quiet Sunday: digests wait until noon.",
            before_end=120,
            ends="rejected",
            turnout=50,
            no=62,
        ),
        Matter(
            author="theo",
            type=DecisionType.POLICY,
            title="Rename the neighbours’ page to “The yard”",
            body="It is where we meet, after all.",
            before_end=100,
            ends="quorum_missed",
            turnout=2,
        ),
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
            method=Method.CONSENSUS,
            before_end=62,
            ends="blocked",
            blocks=1,
            no=12,
            turnout=60,
            remarks=(
                "How much would it save?",
                "Forty dollars. About one evening of soup each week.",
                "Some of us have no other warm room to read in.",
            ),
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


def _at_its_end(privacy: str) -> Sequence[Matter]:
    return (
        Matter(
            author="tomasz",
            type=DecisionType.POLICY,
            title="A second key to the machine’s cupboard",
            body="One hangs with Ada. The other one should hang with whoever is on call.",
            ends="challengeable",
            turnout=61,
            remarks=("And a list of who took it, please.",),
        ),
        Matter(
            author="ruth",
            type=DecisionType.PRIVACY,
            title="Say how long we keep addresses",
            body="Thirty days, and we say so.",
            effects=adopting("privacy", privacy + KEPT_ADDED),
            ends="queued",
            turnout=64,
            no=5,
        ),
        Matter(
            author="femi",
            type=DecisionType.POLICY,
            title="Kitchen-table calls on Sundays at five",
            body="Weekdays lose the parents, Saturdays the bakers.",
            method=Method.CONSENSUS,
            ends="voting",
            turnout=40,
            remarks=(
                "Five is soup time in our house.",
                "Then we eat together. That is half the idea.",
            ),
        ),
    )


def _young(terms: str) -> Sequence[Matter]:
    guests = adopting("terms", terms + TERMS_ADDED + ALBUM_ADDED + GUESTS_ADDED)
    return (
        Matter(
            author="wanda",
            type=DecisionType.TERMS,
            title="Guests for a week",
            body="So that people can look around before they join.",
            effects=guests,
            ends="voting",
            turnout=35,
            remarks=(
                "And if a guest behaves badly?",
                "Then it is the member’s business, as it is when somebody comes to dinner.",
            ),
        ),
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
            remarks=("I would buy one.", "So would the archive, I think."),
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
