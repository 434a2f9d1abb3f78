"""What the demo's people ask one another: polls, a quote, letters, and a post that waits."""

from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from app.core.errors import AppError
from app.demo.story import DAY, HOUR, Stage
from app.statuses.polls.rules import Asking
from app.statuses.polls.service import vote_on_post
from app.statuses.service.pins import pin_status
from app.statuses.service.publish import publish_status
from app.statuses.service.schedule import schedule_status
from app.statuses.visibility import Visibility
from app.statuses.writing import Writing

WEEK: Final = timedelta(days=7)
# What is asked, by whom, how many days before the end, and how.
POLLS: Final = (
    (
        "bo",
        40,
        Writing(
            text="Which evening for the repair table? It binds nobody, I only plan the soup.",
            language="en",
            visibility=Visibility.LOCAL,
            poll=Asking(("Tuesday", "Thursday", "Sunday afternoon"), WEEK, multiple=True),
        ),
    ),
    (
        "maren",
        2,
        Writing(
            text="The bench by the ferry needs paint.",
            language="en",
            poll=Asking(("Green", "Blue", "Leave it, it has character"), WEEK),
        ),
    ),
)
QUOTE: Final = "Character, please. Half of us would look better with a coat of paint, too."
LETTERS: Final = (
    ("maren", "@ines do you still have the key to the boathouse?"),
    ("ines", "@maren in the blue cup, as ever. Bring it back before the rain."),
)
LATER: Final = "Good morning. The kettle in the reading room is on from nine."


def plan_asking(stage: Stage, *, end: datetime) -> None:
    """Let people ask, answer and write letters in the last weeks."""
    for who, days, writing in POLLS:
        stage.at(end - days * DAY, partial(_ask, who=who, writing=writing, end=end))
    stage.at(end - DAY, _write_letters)
    stage.at(end - HOUR, _schedule)


def _ask(stage: Stage, *, who: str, writing: Writing, end: datetime) -> None:
    author, post_id = _post(stage, writing, first=who)
    for voter in stage.random.sample(sorted(stage.cast), len(stage.cast) // 2):
        later = stage.now + timedelta(minutes=stage.random.randrange(10, 20 * 60))
        choice = stage.random.randrange(3)
        stage.at(min(later, end), partial(_vote, who=voter, post_id=post_id, choice=choice))
    if writing.visibility is Visibility.PUBLIC:
        stage.at(stage.now + HOUR, partial(_pin, who=author, post_id=post_id))
        quote = Writing(text=QUOTE, language="en", quoted_id=post_id)
        stage.at(stage.now + HOUR, partial(_quote, writing=quote))


def _quote(stage: Stage, *, writing: Writing) -> None:
    _post(stage, writing, first="ines")


def _post(stage: Stage, writing: Writing, *, first: str) -> tuple[str, int]:
    """Let the first who may post do so, since some have not accepted the newest terms."""
    here = stage.kernel.settings.address_domain
    for who in (first, *sorted(stage.cast)):
        with stage.kernel.db.write.begin() as session, suppress(AppError):
            actor = stage.actor(session, who)
            status = publish_status(session, actor, writing, now=stage.now, here=here)
            return who, status.id
    raise AssertionError("nobody may post")


def _vote(stage: Stage, *, who: str, post_id: int, choice: int) -> None:
    with stage.kernel.db.write.begin() as session, suppress(AppError):  # It may be their own.
        vote_on_post(session, stage.actor(session, who), post_id, [choice], now=stage.now)


def _pin(stage: Stage, *, who: str, post_id: int) -> None:
    with stage.kernel.db.write.begin() as session:
        pin_status(session, stage.actor(session, who), post_id, now=stage.now)


def _write_letters(stage: Stage) -> None:
    answered: int | None = None
    for who, text in LETTERS:
        letter = Writing(
            text=text,
            language="en",
            visibility=Visibility.DIRECT,
            in_reply_to_id=answered,
        )
        _, answered = _post(stage, letter, first=who)


def _schedule(stage: Stage) -> None:
    writing = Writing(text=LATER, language="en", visibility=Visibility.LOCAL)
    for who in sorted(stage.cast):
        with stage.kernel.db.write.begin() as session, suppress(AppError):
            actor = stage.actor(session, who)
            schedule_status(session, actor, writing, at=stage.now + DAY, now=stage.now)
            return
