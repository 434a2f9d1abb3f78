"""Outages of the site, and the votes that they moved."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from governance import bundle, verify
from governance.lifecycle import State
from governance.models import Outage
from governance.service.outages import note_start
from tests.engines import opened
from tests.governance.hall import Hall
from tests.live import LiveSite


def start(hall: Hall) -> Outage | None:
    """Start the site, as its edge does, before any duty is done."""
    with hall.db.write.begin() as session:
        return note_start(session, now=hall.now)


def away(hall: Hall, **length: int) -> Outage | None:
    """Let the site be away for a while, and start again."""
    hall.runner.run_until_idle()
    hall.clock.advance(**length)
    outage = start(hall)
    hall.runner.run_until_idle()
    return outage


def test_before_the_founding_there_is_nothing_to_note(empty_hall: Hall) -> None:
    assert start(empty_hall) is None


def test_an_hour_is_no_outage(hall: Hall) -> None:
    assert away(hall, hours=1) is None
    assert hall.scalars(select(Outage)) == []


def test_an_outage_in_the_last_day_moves_the_close_by_its_length(hall: Hall) -> None:
    proposal_id = hall.voting()
    closes_at = hall.proposal(proposal_id).dates.closes_at
    hall.vote(proposal_id, "bo")
    hall.go_to(closes_at - timedelta(hours=3))
    outage = away(hall, hours=5)
    assert outage is not None
    moved = hall.proposal(proposal_id)
    assert moved.state is State.VOTING
    assert moved.dates.closes_at == closes_at + (outage.ended_at - outage.began_at)
    hall.vote(proposal_id, "cleo")  # As much time is left as was before.
    hall.go_to(moved.dates.closes_at)
    assert hall.state(proposal_id) is State.CHALLENGEABLE
    assert "proposal.extended" in hall.log_of(proposal_id)
    with hall.db.read.begin() as session:
        verify.check(bundle.export_bundle(session, proposal_id, viewer=None))
    hall.check_chains()


def test_an_outage_before_the_last_day_moves_nothing(hall: Hall) -> None:
    proposal_id = hall.voting()
    closes_at = hall.proposal(proposal_id).dates.closes_at
    assert away(hall, days=3) is not None
    assert hall.proposal(proposal_id).dates.closes_at == closes_at


def test_a_vote_that_should_have_opened_meanwhile_opens_later(hall: Hall) -> None:
    for days in (1, 6):  # Before the freeze, and in the days in which the text stands still.
        proposal_id = hall.deliberating(title=f"After {days} days")
        hall.pass_days(days)
        dates = hall.proposal(proposal_id).dates
        outage = away(hall, days=8)
        assert outage is not None
        length = outage.ended_at - outage.began_at
        moved = hall.proposal(proposal_id)
        assert moved.dates.opens_at == dates.opens_at + length
        assert moved.dates.closes_at == dates.closes_at + length
        hall.go_to(moved.dates.opens_at)
        assert hall.state(proposal_id) is State.VOTING
        hall.withdraw(proposal_id, "bo")


def test_a_clock_that_goes_on_while_the_site_is_up_is_no_outage(hall: Hall) -> None:
    hall.pass_days(9)
    assert start(hall) is None


@pytest.mark.slow
def test_the_command_notes_an_outage_when_it_starts(tmp_path: Path) -> None:
    site = LiveSite(tmp_path)
    site.command("migrate")
    words = ("--name", "Riverside", "--founder", "ada", "--email", "ada@mail.example")
    site.command("found", *words, "--password", "a river that runs to the sea")
    site.clock_file.write_text(str(3 * 3600))
    site.start()
    site.stop()
    with opened(f"sqlite:///{site.folder}/commonhold.db") as db, db.read.begin() as session:
        [outage] = session.scalars(select(Outage))
    assert timedelta(hours=3) <= outage.ended_at - outage.began_at < timedelta(hours=4)
