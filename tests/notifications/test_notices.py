"""What people are told, what they are not, and what is taken back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core.db import Database
from app.core.words import say
from app.members.actor import Actor
from app.notifications.grouping import Told
from app.notifications.kinds import CO_OP_KINDS, PEOPLE_KINDS, NoticeKind
from app.notifications.models import Notice
from app.notifications.queries import Notices, new_since, read_notices
from app.notifications.service import mark_read, notify
from app.relationships import service as relationships
from app.statuses.service.boost import boost_status, unboost_status
from app.statuses.service.delete import delete_status
from app.statuses.service.edit import edit_status
from app.statuses.service.marks import favourite_status, unfavourite_status
from app.statuses.visibility import Visibility
from app.statuses.writing import Writing
from tests.factories import NOON
from tests.queries import counted
from tests.social import befriend, make_person, post

UTC = ZoneInfo("UTC")


def connected(session: Session) -> Connection:
    """Return the connection, on which everything is written."""
    session.flush()
    return session.connection()


def page(session: Session, reader: Actor, **given: Any) -> Notices:
    read: dict[str, Any] = {"now": NOON, "zone": UTC} | given
    return read_notices(connected(session), reader.account_id, **read)


def lines(session: Session, reader: Actor, **given: Any) -> list[Told]:
    return [line for day in page(session, reader, **given).days for line in day.told]


def kinds(session: Session, reader: Actor) -> list[NoticeKind]:
    return [line.kind for line in lines(session, reader)]


def test_an_answer_tells_its_addressee_and_a_mention_whom_it_names(session: Session) -> None:
    ada, bo, cy = make_person(session, "ada9"), make_person(session), make_person(session, "cy9")
    first = post(session, ada, "First words")
    answer = post(session, bo, "@ada9 @cy9 yes", in_reply_to_id=first.id)
    [told] = lines(session, ada)
    assert told.kind is NoticeKind.ANSWER
    assert [p.id for p in told.people] == [bo.account_id]
    assert (told.status_id, told.quote) == (answer.id, "@ada9 @cy9 yes")
    assert told.path == f"/@{told.people[0].username}/{answer.id}"
    assert kinds(session, cy) == [NoticeKind.MENTION]
    assert lines(session, bo) == []


def test_nobody_is_told_what_they_did_themselves(session: Session) -> None:
    ada = make_person(session, "ada10")
    status = post(session, ada, "@ada10 talks to herself")
    post(session, ada, in_reply_to_id=status.id)
    favourite_status(session, ada, status.id, now=NOON)
    boost_status(session, ada, status.id, now=NOON)
    assert session.scalars(select(Notice)).all() == []


def test_a_private_answer_tells_only_who_may_see_it(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    first = post(session, ada)
    post(session, bo, in_reply_to_id=first.id, visibility=Visibility.FOLLOWERS)
    assert lines(session, ada) == []


def test_who_asked_to_be_told_of_posts_is_told(session: Session) -> None:
    ada, keen, fan = (make_person(session) for _ in range(3))
    befriend(session, keen, ada, notifies=True)
    befriend(session, fan, ada)
    status = post(session, ada)
    post(session, ada, visibility=Visibility.DIRECT)
    post(session, ada, in_reply_to_id=status.id)
    assert kinds(session, keen) == [NoticeKind.POST]
    assert lines(session, fan) == []


def test_an_edit_tells_whom_it_names_anew(session: Session) -> None:
    ada, bo, cy = make_person(session), make_person(session, "bo11"), make_person(session, "cy11")
    status = post(session, ada, "@bo11 hello")
    edit_status(session, ada, status.id, Writing(text="@bo11 @cy11 hello"), now=NOON)
    assert kinds(session, bo) == kinds(session, cy) == [NoticeKind.MENTION]


def test_what_is_undone_is_taken_back(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    status = post(session, ada)
    favourite_status(session, bo, status.id, now=NOON)
    boost_status(session, bo, status.id, now=NOON)
    befriend(session, bo, ada)
    assert kinds(session, ada) == [NoticeKind.FOLLOW, NoticeKind.BOOST, NoticeKind.FAVOURITE]
    unfavourite_status(session, bo, status.id, now=NOON)
    unboost_status(session, bo, status.id, now=NOON)
    relationships.unfollow(session, bo, target_id=ada.account_id, now=NOON)
    assert session.scalars(select(Notice)).all() == []


def test_a_deleted_post_takes_its_notices_along(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    status = post(session, ada)
    favourite_status(session, bo, status.id, now=NOON)
    delete_status(session, ada, status.id, now=NOON)
    assert session.scalars(select(Notice)).all() == []


def test_a_request_is_told_until_it_is_answered(session: Session) -> None:
    ada, bo = make_person(session, locked=True), make_person(session)
    befriend(session, bo, ada)
    assert kinds(session, ada) == [NoticeKind.FOLLOW_REQUEST]
    relationships.accept_follower(session, ada, follower_id=bo.account_id, now=NOON)
    assert kinds(session, ada) == []
    assert kinds(session, bo) == [NoticeKind.FOLLOW_ACCEPTED]


def test_a_declined_asker_is_not_told(session: Session) -> None:
    ada, bo = make_person(session, locked=True), make_person(session)
    befriend(session, bo, ada)
    relationships.reject_follower(session, ada, follower_id=bo.account_id, now=NOON)
    assert session.scalars(select(Notice)).all() == []


Unwanted = Callable[[Session, Actor, Actor], None]


def block(session: Session, ada: Actor, bo: Actor) -> None:
    """Ada blocks Bo."""
    relationships.block(session, ada, target_id=bo.account_id, now=NOON)


def blocked(session: Session, ada: Actor, bo: Actor) -> None:
    """Bo blocks Ada."""
    relationships.block(session, bo, target_id=ada.account_id, now=NOON)


def mute(session: Session, ada: Actor, bo: Actor) -> None:
    """Ada mutes Bo."""
    relationships.mute(session, ada, target_id=bo.account_id, now=NOON)


@pytest.mark.parametrize("unwanted", [block, blocked, mute], ids=lambda f: f.__name__)
@pytest.mark.parametrize("before", [True, False], ids=["told before", "told after"])
def test_nothing_is_told_of_somebody_unwanted(
    session: Session, unwanted: Unwanted, before: bool
) -> None:
    ada, bo = make_person(session, "ada12"), make_person(session)
    if not before:
        unwanted(session, ada, bo)
    post(session, bo, "@ada12 hello")
    if before:
        assert kinds(session, ada) == [NoticeKind.MENTION]
        unwanted(session, ada, bo)
    assert lines(session, ada) == []
    assert new_since(connected(session), ada.account_id, now=NOON) is None


def test_a_mute_of_posts_alone_lets_notices_through(session: Session) -> None:
    ada, bo = make_person(session, "ada13"), make_person(session)
    relationships.mute(session, ada, target_id=bo.account_id, now=NOON, notifications=False)
    post(session, bo, "@ada13 hello")
    assert kinds(session, ada) == [NoticeKind.MENTION]


def test_what_happened_during_a_mute_is_not_told_after_it(session: Session) -> None:
    ada, bo = make_person(session, "ada16"), make_person(session)
    day = timedelta(days=1)
    relationships.mute(session, ada, target_id=bo.account_id, now=NOON, lasting=day)
    post(session, bo, "@ada16 hello")
    assert lines(session, ada, now=NOON + day) == []
    post(session, bo, "@ada16 hello again", now=NOON + day)
    assert len(lines(session, ada, now=NOON + day)) == 1


def test_notices_are_one_s_own(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    notify(session, account_id=ada.account_id, kind=NoticeKind.OFFICE, text="Yours", now=NOON)
    assert lines(session, bo) == []
    assert new_since(connected(session), bo.account_id, now=NOON) is None


def test_the_co_op_s_words_are_kept_with_their_parts(session: Session) -> None:
    ada = make_person(session)
    words = say("{name} voted on {title}.", name="Bo", title=say("the {what}", what="terms"))
    notify(
        session,
        account_id=ada.account_id,
        kind=NoticeKind.PROPOSAL,
        text=words,
        url="/coop/proposals/1",
        now=NOON,
    )
    notify(session, account_id=ada.account_id, kind=NoticeKind.DUES, text="{plain}", now=NOON)
    session.flush()
    session.expire_all()
    plain, told = lines(session, ada)
    assert plain.words == "{plain}"
    assert told.words == "Bo voted on the terms."
    assert told.words.parameters["title"].message_id == "the {what}"
    assert told.path == "/coop/proposals/1"


def test_the_tabs_part_people_from_the_co_op(session: Session) -> None:
    ada, bo = make_person(session, "ada14"), make_person(session)
    post(session, bo, "@ada14 hello")
    notify(session, account_id=ada.account_id, kind=NoticeKind.DUES, text="Paid", now=NOON)
    people, co_op = (lines(session, ada, kinds=k) for k in (PEOPLE_KINDS, CO_OP_KINDS))
    assert [t.kind for t in people] == [NoticeKind.MENTION]
    assert [t.kind for t in co_op] == [NoticeKind.DUES]


def test_reading_is_remembered_and_never_goes_back(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    status = post(session, ada)
    favourite_status(session, bo, status.id, now=NOON)
    assert new_since(connected(session), ada.account_id, now=NOON) == NOON
    assert [t.is_new for t in lines(session, ada)] == [True]
    read_at = NOON + timedelta(hours=1)
    newest = page(session, ada).newest_id
    assert newest is not None
    mark_read(session, ada, up_to=newest, now=read_at)
    mark_read(session, ada, up_to=0, now=read_at)
    session.flush()
    assert new_since(connected(session), ada.account_id, now=read_at) is None
    assert [t.is_new for t in lines(session, ada)] == [False]
    befriend(session, bo, ada)
    assert new_since(connected(session), ada.account_id, now=read_at) == read_at
    assert [t.is_new for t in lines(session, ada)] == [True, False]
    assert page(session, ada).since == read_at


def test_what_is_alike_is_one_line_a_day(session: Session) -> None:
    ada = make_person(session)
    status, other = post(session, ada, "One"), post(session, ada, "Other")
    fans = [make_person(session) for _ in range(3)]
    for fan in fans:
        favourite_status(session, fan, status.id, now=NOON)
    favourite_status(session, fans[0], other.id, now=NOON)
    tomorrow = NOON + timedelta(days=1)
    late = make_person(session)
    favourite_status(session, late, status.id, now=tomorrow)
    today, yesterday = page(session, ada).days
    assert today.on == tomorrow.date()
    assert [[p.id for p in t.people] for t in today.told] == [[late.account_id]]
    assert [t.quote for t in yesterday.told] == ["Other", "One"]
    assert [p.id for p in yesterday.told[1].people] == [f.account_id for f in reversed(fans)]


def test_a_day_begins_at_midnight_where_the_reader_is(session: Session) -> None:
    ada = make_person(session)
    late = NOON + timedelta(hours=11, minutes=30)
    notify(session, account_id=ada.account_id, kind=NoticeKind.DUES, text="x", now=late)
    session.flush()
    for zone, day in (("UTC", 9), ("Europe/Berlin", 10)):
        assert page(session, ada, zone=ZoneInfo(zone)).days[0].on.day == day


def test_a_warning_stands_for_the_words_it_hides(session: Session) -> None:
    ada, bo = make_person(session, "ada15"), make_person(session)
    post(session, bo, "@ada15 the butler did it", spoiler="The ending")
    post(session, bo, "@ada15 " + "long " * 60)
    long, warned = lines(session, ada)
    assert warned.quote == "The ending"
    assert len(long.quote) <= 140
    assert long.quote.endswith("…")


def test_pages_of_notices_follow_each_other_at_a_fixed_cost(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.notifications.queries.PAGE_SIZE", 2)
    with db.write.begin() as session:
        ada = make_person(session)
        for n in range(5):
            notify(session, account_id=ada.account_id, kind=NoticeKind.DUES, text=f"{n}", now=NOON)
            session.flush()
    walked: list[str] = []
    before: int | None = None
    for _ in range(3):
        with db.read.begin() as session, counted(db) as statements:
            found = page(session, ada, before=before)
            assert sum(not s.startswith("BEGIN") for s in statements) == 1
        walked += [str(t.words) for day in found.days for t in day.told]
        before = found.older
    assert (walked, before) == (["4", "3", "2", "1", "0"], None)


def test_who_boosted_a_post_is_told_that_it_reads_differently(session: Session) -> None:
    ada, bo, cy, named = (make_person(session) for _ in range(4))
    name = session.get_one(Account, named.account_id).username
    status = post(session, ada, "The ferry goes at six")
    for reader in (ada, bo, cy, named):
        boost_status(session, reader, status.id, now=NOON)
    unboost_status(session, cy, status.id, now=NOON)
    words = Writing(text=f"@{name} The ferry goes at seven")
    edit_status(session, ada, status.id, words, now=NOON)
    assert kinds(session, bo) == [NoticeKind.UPDATE]
    assert kinds(session, named) == [NoticeKind.MENTION], "one notice for one change"
    assert kinds(session, cy) == []
    assert NoticeKind.UPDATE not in kinds(session, ada)
