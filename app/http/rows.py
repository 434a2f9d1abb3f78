"""What lists of posts and people show: the values that the macros of `_macros/posts.html` take."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from app.core.records import Record
from app.core.words import Words, say
from app.text.safe import SafeHtml


class Audience(StrEnum):
    """Who can see a post, as readers are told."""

    PUBLIC = "public"
    QUIET = "quiet"
    FOLLOWERS = "followers"
    NAMED = "named"
    HERE = "here"


class AudienceWords(Record):
    """How an audience is shown and explained."""

    sign: str
    word: Words
    hint: Words


AUDIENCES: Final[dict[Audience, AudienceWords]] = {
    Audience.PUBLIC: AudienceWords(
        "everyone", say("Public"), say("Anyone on the web, and followers on other sites")
    ),
    Audience.QUIET: AudienceWords(
        "leaf",
        say("Quiet public"),
        say("Anyone can read it, but it stays out of lists and search"),
    ),
    Audience.HERE: AudienceWords(
        "here", say("This co-op only"), say("Stays in the house. It never leaves for another site")
    ),
    Audience.FOLLOWERS: AudienceWords(
        "followers", say("Followers"), say("People who follow you, here and elsewhere")
    ),
    Audience.NAMED: AudienceWords(
        "letter",
        say("Mentioned people"),
        say("Like a letter. The keepers of each site could read it"),
    ),
}


class Face(Record):
    """A person in a list."""

    name: str
    address: str  # "@ines" here, "@noor@harbour.example" elsewhere.
    url: str
    avatar_url: str


class Picture(Record):
    """A picture, film or sound under a post; a sound may have no picture to show.

    `focus` is a class such as "at-12": column 1 and row 2 of 0 to 4.
    """

    url: str
    preview_url: str | None
    description: str
    width: int | None
    height: int | None
    focus: str = "at-22"
    kind: str = "image"  # image, gifv, video or audio.
    is_remote: bool = False  # On another site, which alone plays it.


class MenuItem(Record):
    """A line of a post's menu: a link, or with `is_act` a button that is sent by POST."""

    url: str
    words: Words
    is_act: bool = False


class PollAnswer(Record):
    """An answer of a poll: how many chose it, and whether the reader did."""

    title: str
    votes: int
    is_mine: bool


class PollRow(Record):
    """A poll under a post; `of` is the whole that the votes are parts of."""

    ends_at: datetime | None
    multiple: bool
    hide_totals: bool
    voters: int
    of: int
    answers: tuple[PollAnswer, ...]
    may_vote: bool


class CardRow(Record):
    """What the page says that a post links to. `image_url` is elsewhere; it is shown from here."""

    url: str
    host: str
    title: str
    description: str
    language: str | None = None
    image_url: str | None = None
    image_description: str = ""


class QuoteRow(Record):
    """The post that a post quotes; or, where it is not shown, only `instead`: why."""

    author: Face | None = None
    url: str = ""
    html: SafeHtml | None = None
    warning: str = ""
    language: str | None = None
    extra: Words | None = None  # What it has beside words.
    instead: Words | None = None


class PostRow(Record):
    """A post as one reader sees it. Its buttons are sent to /posts/{id}/{act}."""

    id: str
    url: str
    author: Face
    at: datetime
    html: SafeHtml
    audience: Audience = Audience.PUBLIC
    language: str | None = None
    warning: str = ""
    pictures: tuple[Picture, ...] = ()
    is_sensitive: bool = False
    poll: PollRow | None = None
    card: CardRow | None = None
    quote: QuoteRow | None = None
    boosted_by: tuple[Face, ...] = ()
    replied_to: Face | None = None
    edited_at: datetime | None = None
    history_url: str | None = None
    may_reply: bool = True
    may_boost: bool = True
    is_boosted: bool = False
    is_favourite: bool = False
    is_bookmarked: bool = False
    menu: tuple[MenuItem, ...] = ()


def focus_class(x_hundredths: int, y_hundredths: int) -> str:
    """Return the class for a focal point, each from -100 (left, bottom) to 100 (right, top)."""
    column = (min(max(x_hundredths, -100), 100) + 125) // 50
    row = (min(max(-y_hundredths, -100), 100) + 125) // 50
    return f"at-{column}{row}"
