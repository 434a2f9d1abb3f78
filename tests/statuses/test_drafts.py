"""Drafts: only their author knows of them."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.core.errors import Conflict, Invalid, NotFound
from app.statuses.queries import drafts_of, own_draft
from app.statuses.service import drafts
from app.statuses.service.drafts import discard_draft, save_draft, writing_of
from app.statuses.visibility import ReplyAudience, Visibility
from app.statuses.writing import ContentType, Writing
from tests.factories import NOON
from tests.social import make_person

WRITING = Writing(
    text="Half a thou",
    content_type=ContentType.MARKDOWN,
    spoiler="W",
    sensitive=True,
    language="de",
    visibility=Visibility.LOCAL,
    reply_audience=ReplyAudience.FOLLOWERS,
    in_reply_to_id=7,
)


def test_a_draft_gives_back_what_it_was_given(session: Session) -> None:
    ada = make_person(session)
    draft = save_draft(session, ada, WRITING, now=NOON)
    assert writing_of(own_draft(session, ada.account_id, draft.id)) == WRITING


def test_nobody_else_reaches_a_draft(session: Session) -> None:
    ada, bo = make_person(session), make_person(session)
    draft = save_draft(session, ada, WRITING, now=NOON)
    for draft_id in (draft.id, 12345):
        with pytest.raises(NotFound, match="no such draft"):
            own_draft(session, bo.account_id, draft_id)
        with pytest.raises(NotFound, match="no such draft"):
            save_draft(session, bo, Writing(text="x"), now=NOON, draft_id=draft_id)
        with pytest.raises(NotFound, match="no such draft"):
            discard_draft(session, bo, draft_id, now=NOON)
    assert drafts_of(session, bo.account_id) == []


def test_a_draft_can_be_kept_again_and_thrown_away(session: Session) -> None:
    ada = make_person(session)
    first = save_draft(session, ada, WRITING, now=NOON)
    save_draft(session, ada, Writing(), now=NOON + timedelta(minutes=1))
    later = NOON + timedelta(minutes=2)
    save_draft(session, ada, Writing(text="More"), now=later, draft_id=first.id)
    assert [d.text for d in drafts_of(session, ada.account_id)] == ["More", ""]
    discard_draft(session, ada, first.id, now=NOON)
    session.flush()
    assert [d.text for d in drafts_of(session, ada.account_id)] == [""]


def test_drafts_have_limits(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafts, "DRAFTS_MAX", 1)
    ada = make_person(session)
    with pytest.raises(Invalid):
        save_draft(session, ada, Writing(text="a" * 2001), now=NOON)
    with pytest.raises(Invalid):
        save_draft(session, ada, Writing(text="a", media_ids=(1, 2, 3, 4, 5)), now=NOON)
    save_draft(session, ada, WRITING, now=NOON)
    with pytest.raises(Conflict):
        save_draft(session, ada, WRITING, now=NOON)
