"""Keys by which forms and calls were sent are forgotten when a repeat is none any more."""

from datetime import timedelta

from sqlalchemy import func, select

from app.core.kernel import Kernel
from app.core.runner import Runner
from app.http.answers import KEPT_FOR, StoredAnswer
from app.instance.events import CoopFounded
from app.instance.presets import Preset
from app.joints import FORGET_EVERY, FORGET_KEYS, begin_to_forget
from app.statuses.models import PostingKey
from app.statuses.service.publish import publish_status
from app.statuses.service.repeats import KEY_LASTS
from app.statuses.writing import Writing
from tests.fakes import FixedClock
from tests.http.conftest import BOTH
from tests.social import make_person

pytestmark = BOTH


def counts(kernel: Kernel) -> tuple[int, int]:
    with kernel.db.read.begin() as session:
        keys, answers = (
            session.scalar(select(func.count()).select_from(kind)) or 0
            for kind in (PostingKey, StoredAnswer)
        )
    return keys, answers


def test_each_kind_is_kept_as_long_as_it_helps(
    kernel: Kernel, runner: Runner, clock: FixedClock
) -> None:
    now = clock.now()
    with kernel.db.write.begin() as session:
        begin_to_forget(session, CoopFounded(1, 1, "Riverside", Preset.SMALL, at=now))
        ada = make_person(session)
        publish_status(session, ada, Writing("Hello"), key="a", now=now)
        session.add(StoredAnswer(caller="c", key="k", request="r", created_at=now))
    clock.set(now + FORGET_EVERY - KEY_LASTS + timedelta(microseconds=1))
    with kernel.db.write.begin() as session:
        publish_status(session, ada, Writing("Again"), key="b", now=clock.now())
    clock.set(now + FORGET_EVERY)
    runner.run_until_idle(kind=FORGET_KEYS)
    assert counts(kernel) == (1, 1), "the post of a minute ago is still known by its key"
    clock.set(now + KEPT_FOR + timedelta(hours=1))
    runner.run_until_idle(kind=FORGET_KEYS)
    assert counts(kernel) == (0, 0)
