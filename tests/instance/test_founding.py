"""Founding: once, by the link or at the shell, and its power ends by itself."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core.db import Database
from app.core.errors import AppError, Conflict, Invalid, NotFound
from app.instance.events import CoopFounded
from app.instance.models import Coop, FoundingLink
from app.instance.presets import Preset
from app.instance.queries import coop_of
from app.instance.service import Founded, check_founding_link, found_coop, make_founding_link
from app.members.audit import acts_before
from app.members.consent import accepted_by
from app.members.models import Member, RequiredVersion
from app.members.offices import Office
from app.members.queries import caretaking_until, offices_of, standing_at
from app.members.register import Newcomer
from app.members.standing import Standing
from tests.factories import NOON
from tests.fakes import FixedClock

DAY = timedelta(days=1)
ADA = Newcomer("ada", "ada@mail.example", "a hash")


def found(session: Session, **given: Any) -> Founded:
    defaults: dict[str, Any] = {"name": "Riverside", "founder": ADA, "via": "test", "now": NOON}
    return found_coop(session, **(defaults | given))


def test_the_founder_takes_care_for_ninety_days_and_no_longer(session: Session) -> None:
    founder = found(session).founder
    session.flush()
    assert offices_of(session, founder.id, at=NOON) == set(Office)
    assert caretaking_until(session, at=NOON) == NOON + 90 * DAY
    assert standing_at(session, founder.id, at=NOON + 89 * DAY) is Standing.EXEMPT
    assert offices_of(session, founder.id, at=NOON + 90 * DAY) == set()
    assert standing_at(session, founder.id, at=NOON + 90 * DAY) is Standing.LAPSED


def test_founding_twice_is_refused(session: Session) -> None:
    found(session)
    with pytest.raises(Conflict, match="founded already"):
        found(session, founder=Newcomer("bo", "bo@mail.example", "a hash"))


def test_of_many_foundings_at_once_one_counts(db: Database) -> None:
    def attempt(n: int) -> bool:
        founder = Newcomer(f"ada{n}", f"ada{n}@mail.example", "a hash")
        with suppress(AppError, IntegrityError), db.write.begin() as session:
            found(session, name=f"Riverside {n}", founder=founder)
            return True
        return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(16))) == 1
    with db.read.begin() as session:
        assert session.scalar(select(func.count(Member.id))) == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        pytest.param({"name": " \u200b "}, "name", id="a name that cannot be seen"),
        pytest.param(
            {"founder": Newcomer("Ada Lovelace", "a@mail.example", "h")}, "username", id="a name"
        ),
        pytest.param(
            {"founder": Newcomer("coop", "a@mail.example", "h")}, "username", id="the co-op's name"
        ),
    ],
)
def test_bad_input(session: Session, given: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        found(session, **given)
    assert set(refusal.value.fields) == {field}
    assert coop_of(session) is None


def test_the_name_is_shown_without_tricks(session: Session) -> None:
    coop = found(session, name="  River\u202eside\n ", tagline="Ours.\0 " * 60).coop
    assert coop.name == "Riverside"
    assert len(coop.tagline) <= 200
    assert "\0" not in coop.tagline


def test_others_lay_their_ground_in_the_same_transaction(db: Database) -> None:
    heard: list[CoopFounded] = []

    def lay_documents(session: Session, event: CoopFounded) -> None:
        heard.append(event)
        session.add(
            RequiredVersion(
                slug="terms",
                version=1,
                title="Terms",
                hash="h",
                effective_at=event.at,
                accept_by=event.at,
            )
        )

    with db.write.begin() as session:
        session.info["listeners"] = {CoopFounded: [lay_documents]}
        made = found(session, preset=Preset.ASSOCIATION)
        assert heard == [CoopFounded(1, made.founder.id, "Riverside", Preset.ASSOCIATION, NOON)]
        assert accepted_by(session, made.founder.id) == {"terms": 1}


def test_the_founding_is_in_the_audit_log(session: Session) -> None:
    founder = found(session).founder
    session.flush()
    [act] = acts_before(session, None)
    assert (act.kind, act.payload["founder"]) == ("coop.founded", str(founder.id))


def test_a_link_opens_the_founding_until_it_is_done(session: Session) -> None:
    secret = make_founding_link(session, now=NOON)
    assert secret is not None
    session.flush()
    check_founding_link(session, secret, now=NOON + DAY - timedelta(seconds=1))
    found(session)
    with pytest.raises(NotFound):
        check_founding_link(session, secret, now=NOON)
    assert make_founding_link(session, now=NOON) is None
    assert session.scalar(select(func.count(FoundingLink.id))) == 0


@pytest.mark.parametrize("wrong", ["", "a stranger's", "é", "\ud800"])
def test_another_secret_does_not(session: Session, wrong: str) -> None:
    with pytest.raises(NotFound):
        check_founding_link(session, wrong, now=NOON)
    make_founding_link(session, now=NOON)
    session.flush()
    with pytest.raises(NotFound):
        check_founding_link(session, wrong, now=NOON)


def test_a_link_runs_out_and_each_start_prints_another(
    session: Session, clock: FixedClock
) -> None:
    first = make_founding_link(session, now=clock.now())
    session.flush()
    assert first is not None
    with pytest.raises(NotFound):
        check_founding_link(session, first, now=NOON + DAY)
    second = make_founding_link(session, now=NOON + DAY)
    session.flush()
    assert second is not None
    with pytest.raises(NotFound):
        check_founding_link(session, first, now=NOON)
    check_founding_link(session, second, now=NOON + DAY)
    kept = session.scalars(select(FoundingLink.secret_hash)).one()
    assert kept not in (first, second)


def test_there_is_one_co_op(session: Session) -> None:
    with pytest.raises(IntegrityError), session.begin_nested():
        session.add(
            Coop(
                id=2,
                name="Second",
                tagline="",
                currency="USD",
                preset=Preset.SMALL,
                contact="",
                founded_at=NOON,
            )
        )
