"""Pictures of posts and drafts: shown in order, remembered by edits, gone with what had them."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.duties import Duty
from app.core.errors import Invalid, NotFound
from app.media.kinds import MediaKind
from app.media.models import MediaFile, MediaState
from app.media.owed import SWEEP
from app.media.service import sweep
from app.members.actor import Actor
from app.statuses.history import wordings_of
from app.statuses.queries import edits_of, own_draft
from app.statuses.service.delete import delete_status
from app.statuses.service.drafts import discard_draft, save_draft, writing_of
from app.statuses.service.edit import Caption, edit_status
from app.statuses.views import read_post
from app.statuses.writing import Writing
from app.timelines import queries
from tests.factories import NOON, SERIAL
from tests.social import make_person, post

LATER = NOON + timedelta(days=2)


def make_picture(session: Session, owner: Actor, description: str = "") -> int:
    """Add a picture that belongs to nothing yet; return its id."""
    file = MediaFile(
        account_id=owner.account_id,
        kind=MediaKind.PICTURE,
        state=MediaState.READY,
        key=f"media/{next(SERIAL)}",
        content_type="image/webp",
        width=4,
        height=3,
        preview_width=4,
        preview_height=3,
        blurhash="x",
        description=description,
        created_at=NOON,
    )
    session.add(file)
    session.flush()
    return file.id


def there(session: Session) -> set[int]:
    session.flush()
    return set(session.scalars(select(MediaFile.id)))


def test_a_picture_of_another_is_not_posted(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    picture = make_picture(session, bo)
    for foreign in (picture, 12345):
        with pytest.raises(Invalid):
            post(session, ada, "Mine now", media_ids=(foreign,))
        with pytest.raises(Invalid):
            save_draft(session, ada, Writing(media_ids=(foreign,)), now=NOON)


def test_a_post_of_pictures_needs_no_words_and_keeps_their_order(session: Session) -> None:
    ada = make_person(session)
    one, two = make_picture(session, ada, "One"), make_picture(session, ada, "Two")
    status = post(session, ada, "", media_ids=(two, one))
    view = read_post(session.connection(), None, status.id, now=NOON)
    assert [p.description for p in view.pictures] == ["Two", "One"]
    who = ada.account_id
    post(session, ada, "Only words")
    page = queries.PICTURES.page(session.connection(), None, now=NOON, who=who)
    assert [p.id for p in page.posts] == [status.id]


def test_an_edit_changes_pictures_and_remembers_them(session: Session) -> None:
    ada = make_person(session)
    one, two = make_picture(session, ada, "One"), make_picture(session, ada, "Two")
    status = post(session, ada, "Look", media_ids=(one,))
    same = Writing(text="Look", media_ids=(one,))
    assert edit_status(session, ada, status.id, same, now=LATER).edited_at is None
    other = Writing(text="Look", media_ids=(two,))
    assert edit_status(session, ada, status.id, other, now=LATER).edited_at == LATER
    [before] = edits_of(session, status.id)
    assert before.media == [{"id": str(one), "description": "One"}]
    assert there(session) == {two}


def test_a_deleted_post_takes_its_pictures_along(session: Session) -> None:
    ada = make_person(session)
    status = post(session, ada, "", media_ids=(make_picture(session, ada),))
    delete_status(session, ada, status.id, now=LATER)
    assert there(session) == set()


def test_a_draft_keeps_its_pictures_and_lets_go_of_the_others(session: Session) -> None:
    ada = make_person(session)
    one, two = make_picture(session, ada), make_picture(session, ada)
    draft = save_draft(session, ada, Writing(media_ids=(one, two)), now=NOON)
    for picture in (one, two):
        sweep(session, picture, now=LATER)
    assert there(session) == {one, two}
    save_draft(session, ada, Writing(media_ids=(two,)), now=LATER, draft_id=draft.id)
    assert there(session) == {two}
    kept = writing_of(own_draft(session, ada.account_id, draft.id))
    assert kept.media_ids == (two,)
    discard_draft(session, ada, draft.id, now=LATER)
    assert there(session) == set()


def test_a_draft_that_became_a_post_leaves_it_its_pictures(session: Session) -> None:
    ada = make_person(session)
    one, two = make_picture(session, ada), make_picture(session, ada)
    draft = save_draft(session, ada, Writing(media_ids=(one, two)), now=NOON)
    post(session, ada, "Done", media_ids=(two,))
    discard_draft(session, ada, draft.id, now=LATER)
    assert there(session) == {two}
    with pytest.raises(Invalid):
        save_draft(session, ada, Writing(media_ids=(two,)), now=LATER)


def test_other_words_about_a_picture_are_a_change(session: Session) -> None:
    ada = make_person(session)
    one = make_picture(session, ada, "One")
    status = post(session, ada, "Look", media_ids=(one,))
    same = Writing(text="Look", media_ids=(one,))
    for caption in (Caption(one), Caption(one, " One "), Caption(one, focus=(0, 0))):
        edit_status(session, ada, status.id, same, now=LATER, captions=[caption])
        assert status.rev == 1, caption
    edit_status(session, ada, status.id, same, now=LATER, captions=[Caption(one, "A heron")])
    assert (status.rev, status.edited_at) == (2, LATER)
    edit_status(session, ada, status.id, same, now=LATER, captions=[Caption(one, None, (0, 800))])
    said = [w.pictures for w in wordings_of(session, None, status.id)]
    assert said == [((one, "One"),), ((one, "A heron"),), ((one, "A heron"),)]


def test_nobody_describes_the_picture_of_another(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    theirs = make_picture(session, bo, "Theirs")
    status = post(session, ada, "Look")
    captions = [Caption(theirs, "Mine")]
    with pytest.raises(NotFound), session.begin_nested():
        edit_status(session, ada, status.id, Writing(text="Look"), now=LATER, captions=captions)
    assert session.get_one(MediaFile, theirs).description == "Theirs"


def test_pictures_of_a_deleted_post_can_be_used_again_for_a_day(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    one, two = make_picture(session, ada), make_picture(session, ada)
    status = post(session, ada, "Typo", media_ids=(one, two))
    delete_status(session, ada, status.id, now=NOON, keep_pictures=True)
    with pytest.raises(Invalid):
        post(session, bo, "Mine now", media_ids=(one,))
    post(session, ada, "No typo", media_ids=(one,))
    for picture in (one, two):
        sweep(session, picture, now=LATER)
    assert there(session) == {one}
    owed = session.scalars(select(Duty.due_at).where(Duty.kind == SWEEP)).all()
    assert owed == [NOON + timedelta(hours=24)] * 2
