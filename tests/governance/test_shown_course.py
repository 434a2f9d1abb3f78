"""Where a proposal stands, as a line of stages."""

from datetime import timedelta

import pytest

from app.core.records import replace
from governance.lifecycle import State
from governance.rules import Days
from governance.shown.course import Course, Stage, stages
from tests.factories import NOON

DAYS = Days(deliberation=7, frozen=2, voting=10, challenge=7, notice=14)
OPENS = NOON + timedelta(days=7)
CLOSES = NOON + timedelta(days=17)
COURSE = Course(State.DRAFT, DAYS, needs_support=True, has_effects=True)
PLANNED = replace(COURSE, begins_at=NOON, opens_at=OPENS, closes_at=CLOSES)


def told(course: Course, *, days: int = 0) -> str:
    """Return the stages as "Support done, Discussion now, …"."""
    made = stages(course, now=NOON + timedelta(days=days))
    return ", ".join(f"{stage.title} {stage.state}" for stage in made)


TABLE = [
    pytest.param(
        COURSE,
        "Support ahead, Discussion ahead, Voting ahead, Result ahead, In force ahead",
        id="a draft has everything ahead",
    ),
    pytest.param(
        replace(COURSE, state=State.SEEKING_SUPPORT),
        "Support now, Discussion ahead, Voting ahead, Result ahead, In force ahead",
        id="support is looked for",
    ),
    pytest.param(
        replace(COURSE, needs_support=False),
        "Discussion ahead, Voting ahead, Result ahead, In force ahead",
        id="where nobody has to second, there is no such stage",
    ),
    pytest.param(
        replace(PLANNED, state=State.DELIBERATION),
        "Support done, Discussion now, Voting ahead, Result ahead, In force ahead",
        id="it is talked about",
    ),
    pytest.param(
        replace(PLANNED, state=State.NOTICE),
        "Support done, Discussion now, Voting ahead, Result ahead, In force ahead",
        id="a sealed text is still before the vote",
    ),
    pytest.param(
        replace(PLANNED, state=State.VOTING),
        "Support done, Discussion done, Voting now, Result ahead, In force ahead",
        id="it is voted on",
    ),
    pytest.param(
        replace(PLANNED, state=State.REJECTED),
        "Support done, Discussion done, Voting done, Result done",
        id="what did not pass never comes into force",
    ),
    pytest.param(
        replace(PLANNED, state=State.CHALLENGEABLE, challenge_until=CLOSES + timedelta(days=7)),
        "Support done, Discussion done, Voting done, Result now, In force ahead",
        id="it passed and can be challenged",
    ),
    pytest.param(
        replace(PLANNED, state=State.QUEUED),
        "Support done, Discussion done, Voting done, Result done, In force now",
        id="it waits to be carried out",
    ),
    pytest.param(
        replace(PLANNED, state=State.EXPIRED),
        "Support done, Discussion done, Voting done, Result done, In force now",
        id="nobody carried it out",
    ),
    pytest.param(
        replace(PLANNED, state=State.RATIFIED, has_effects=False),
        "Support done, Discussion done, Voting done, Result done, Settled done",
        id="without effects it is settled",
    ),
    pytest.param(
        replace(PLANNED, state=State.WITHDRAWN),
        "Discussion done, Withdrawn now",
        id="withdrawn",
    ),
]


@pytest.mark.parametrize(("course", "expected"), TABLE)
def test_stages(course: Course, expected: str) -> None:
    assert told(course) == expected


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_stages_and_at_most_one_is_now(state: State) -> None:
    made = stages(replace(PLANNED, state=state), now=NOON)
    assert made
    assert sum(stage.state == "now" for stage in made) <= 1


def test_a_new_version_is_in_force_only_after_its_notice() -> None:
    at = NOON + timedelta(days=40)
    enacted = replace(PLANNED, state=State.ENACTED, effective_at=at)
    assert stages(enacted, now=at - timedelta(days=1))[-1].state == "now"
    assert stages(enacted, now=at)[-1].state == "done"


def test_the_stage_that_runs_says_how_much_is_left() -> None:
    voting: Stage = stages(replace(PLANNED, state=State.VOTING), now=OPENS + timedelta(days=3))[2]
    assert voting.left == "seven days left"
    assert voting.bar is not None
    assert (voting.bar.part, voting.bar.of) == (72, 240)


def test_the_day_of_effect_is_foretold_with_challenge_and_notice() -> None:
    ahead = stages(replace(PLANNED, state=State.VOTING), now=OPENS)[-1]
    assert ahead.ends_at == CLOSES + timedelta(days=7 + 14)
    assert ahead.note == "if it passes"
