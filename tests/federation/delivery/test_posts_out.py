"""Posts go out to whom they are for, and to nobody else."""

from typing import Any

import pytest
from sqlalchemy import update

from app.accounts.models import Account
from app.core.kernel import Kernel
from app.federation.activitystreams.documents import PUBLIC
from app.members.actor import Actor
from app.statuses.models import Favourite, Status
from app.statuses.polls.rules import Asking
from app.statuses.polls.service import end_poll
from app.statuses.service.delete import delete_status
from app.statuses.service.edit import edit_status
from app.statuses.visibility import Visibility
from app.statuses.writing import Writing
from tests.factories import NOON
from tests.fakes import FixedClock
from tests.federation.delivery.far import FarSites, meet, waiting
from tests.federation.reading import URLS
from tests.mastodon.apps import Site
from tests.queries import counted
from tests.social import post

SHARED = "https://far.example/inbox"
KIM = "https://far.example/u/kim/inbox"
LEE = "https://near.example/u/lee/inbox"


def write(site: Site, author: Actor, text: str = "Hello", **given: Any) -> Status:
    with site.write() as session:
        return post(session, author, text, now=site.now, **given)


def test_a_public_post_comes_once_to_each_site_and_is_signed_by_its_author(
    site: Site, far: FarSites, kernel: Kernel
) -> None:
    ines = site.person("ines")
    for name in ("kim", "ann"):
        far.heard_by(site, meet(site, name), ines)
    far.heard_by(site, meet(site, "lee", "near.example", has_shared=False), ines)
    status = write(site, ines)
    assert waiting(kernel) == (1, 0)  # One row, however many readers.
    got = far.work()
    assert [one.short for one in got] == [(SHARED, "Create"), (LEE, "Create")]
    actor = URLS.actor(ines.account_id)
    for one in got:
        assert one.key_id == f"{actor}#main-key"
        assert one.activity["id"] == URLS.activity(ines.account_id, status.id)
        assert (one.activity["to"], one.activity["cc"]) == ([PUBLIC], [f"{actor}/followers"])
        assert one.activity["object"]["content"] == status.content_html
    assert waiting(kernel) == (0, 0)
    assert far.work() == []


def test_without_readers_elsewhere_a_post_costs_one_question(
    site: Site, far: FarSites, kernel: Kernel
) -> None:
    ines, bo = site.person("ines"), site.person("bo")
    with kernel.db.write.begin() as session, counted(kernel.db) as told:
        post(session, ines, "Hello @bo")
        session.flush()
    assert sum("EXISTS" in one and "followed_elsewhere" in one for one in told) == 1
    assert not any("outgoing" in one for one in told)
    assert waiting(kernel) == (0, 0)
    assert bo.account_id
    assert far.work() == []


VISIBLE = {
    Visibility.PUBLIC: {SHARED, LEE},
    Visibility.UNLISTED: {SHARED, LEE},
    Visibility.FOLLOWERS: {SHARED, LEE},
    Visibility.DIRECT: {LEE},
    Visibility.LOCAL: set(),
}


@pytest.mark.parametrize("visibility", Visibility)
def test_who_gets_what(site: Site, far: FarSites, visibility: Visibility) -> None:
    """Kim follows; Lee, of a site with a shared inbox, is named; Ann has to do with neither."""
    ines = site.person("ines")
    far.heard_by(site, meet(site, "kim"), ines)
    meet(site, "lee", "near.example")
    meet(site, "ann", "other.example")
    write(site, ines, "Hello @lee@near.example", visibility=visibility)
    shared = "https://near.example/inbox"
    wanted = VISIBLE[visibility]
    if visibility is not Visibility.DIRECT:
        wanted = {shared if inbox == LEE else inbox for inbox in wanted}
    assert {one.inbox for one in far.work()} == wanted


def test_an_edit_and_a_deletion_follow_in_order(site: Site, far: FarSites) -> None:
    ines = site.person("ines")
    far.heard_by(site, meet(site, "kim"), ines)
    status = write(site, ines, "Tea")
    [first] = far.work()
    with site.write() as session:
        edit_status(session, ines, status.id, Writing(text="Coffee"), now=site.now)
    [edited] = far.work()
    assert (edited.activity["type"], edited.activity["object"]["content"]) == (
        "Update",
        "<p>Coffee</p>",
    )
    assert edited.activity["object"]["updated"] == "2026-11-09T12:00:00Z"
    with site.write() as session:
        delete_status(session, ines, status.id, now=site.now)
    [gone] = far.work()
    assert gone.activity["type"] == "Delete"
    uri = first.activity["object"]["id"]
    assert gone.activity["object"] == {"id": uri, "type": "Tombstone"}
    assert gone.activity["to"] == [PUBLIC]


def test_what_is_deleted_before_it_went_out_never_does(site: Site, far: FarSites) -> None:
    ines = site.person("ines")
    far.heard_by(site, meet(site, "kim"), ines)
    status = write(site, ines, "A slip of the pen")
    with site.write() as session:
        delete_status(session, ines, status.id, now=site.now)
    assert [one.activity["type"] for one in far.work()] == ["Delete"]


def test_the_deletion_of_a_letter_names_nobody_but_its_readers(site: Site, far: FarSites) -> None:
    ines = site.person("ines")
    far.heard_by(site, meet(site, "kim"), ines)
    meet(site, "lee", "near.example")
    status = write(site, ines, "@lee@near.example psst", visibility=Visibility.DIRECT)
    far.work()
    with site.write() as session:
        delete_status(session, ines, status.id, now=site.now)
    [gone] = far.work()
    assert (gone.inbox, gone.activity["to"], gone.activity["cc"]) == (
        LEE,
        ["https://near.example/u/lee"],
        [],
    )


def test_whoever_liked_a_post_hears_that_it_is_gone(site: Site, far: FarSites) -> None:
    ines = site.person("ines")
    lee = meet(site, "lee", "near.example", has_shared=False)
    status = write(site, ines)
    assert far.work() == []
    with site.write() as session:
        session.add(Favourite(account_id=lee, status_id=status.id, created_at=NOON))
    with site.write() as session:
        delete_status(session, ines, status.id, now=site.now)
    assert [one.short for one in far.work()] == [(LEE, "Delete")]


def test_an_answer_comes_to_whom_it_answers(site: Site, far: FarSites) -> None:
    ines = site.person("ines")
    lee = meet(site, "lee", "near.example", has_shared=False)
    with site.write() as session:
        question = Status(
            id=1,
            account_id=lee,
            content_html="<p>Tea?</p>",
            visibility=Visibility.PUBLIC,
            conversation_id=1,
            created_at=NOON,
        )
        session.add(question)
    write(site, ines, "Yes.", in_reply_to_id=1)
    assert [one.short for one in far.work()] == [(LEE, "Create")]


def test_the_last_numbers_of_a_poll_go_out(site: Site, far: FarSites, clock: FixedClock) -> None:
    ines = site.person("ines")
    far.heard_by(site, meet(site, "kim"), ines)
    asking = Asking(("Tea", "Coffee"), lasts=NOON.replace(hour=13) - NOON)
    status = write(site, ines, "Which?", poll=asking)
    [asked] = far.work()
    assert asked.activity["object"]["type"] == "Question"
    clock.advance(hours=2)
    with site.write() as session:
        assert status.poll_id is not None
        end_poll(session, status.poll_id, now=site.now)
    [ended] = far.work()
    assert ended.activity["type"] == "Update"
    assert ended.activity["object"]["closed"] == "2026-11-09T13:00:00Z"
    assert "updated" not in ended.activity["object"]


def test_whoever_is_suspended_is_silent(site: Site, far: FarSites, kernel: Kernel) -> None:
    ines = site.person("ines")
    far.heard_by(site, meet(site, "kim"), ines)
    write(site, ines)
    with site.write() as session:
        mine = update(Account).where(Account.id == ines.account_id)
        session.execute(mine.values(suspended_at=NOON))
    assert far.work() == []
    assert waiting(kernel) == (0, 0)
