"""Tags on somebody's page."""

import pytest
from sqlalchemy.orm import Session

from app.core.errors import Invalid, NotFound
from app.statuses import featured
from app.statuses.tags import tag_for
from app.statuses.visibility import Visibility
from tests.factories import NOON
from tests.social import make_person, post


def test_a_featured_tag_counts_what_everyone_can_read(session: Session) -> None:
    ada, eve = make_person(session), make_person(session)
    for visibility in Visibility:
        post(session, ada, "#ferry", visibility=visibility)
    post(session, eve, "#ferry")
    shown = featured.feature_tag(session, ada, "#Ferry", now=NOON)
    assert (shown.name, shown.uses, shown.last_on) == ("ferry", 2, NOON.date())
    assert featured.feature_tag(session, ada, "ferry", now=NOON) == shown
    unused = featured.feature_tag(session, ada, "boat", now=NOON)
    assert (unused.uses, unused.last_on) == (0, None)
    assert featured.featured_of(session, ada.account_id) == [shown, unused]
    assert featured.is_featured(session, ada.account_id, shown.tag_id)
    with pytest.raises(NotFound):
        featured.stop_featuring(session, eve, shown.id)
    featured.stop_featuring(session, ada, shown.id)
    featured.stop_featuring_tag(session, ada, "boat")
    featured.stop_featuring_tag(session, ada, "unheard")
    assert featured.featured_of(session, ada.account_id) == []


def test_only_so_many_tags_are_featured(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(featured, "FEATURED_MAX", 1)
    ada = make_person(session)
    featured.feature_tag(session, ada, "ferry", now=NOON)
    for name in ("boat", "no tag"):
        with pytest.raises(Invalid):
            featured.feature_tag(session, ada, name, now=NOON)


def test_the_most_used_tags_are_suggested(session: Session) -> None:
    ada = make_person(session)
    for words in ("#ferry #boat", "#ferry", "#sea"):
        post(session, ada, words)
    post(session, ada, "#secret", visibility=Visibility.FOLLOWERS)
    tag_for(session, "unused", now=NOON)
    featured.feature_tag(session, ada, "boat", now=NOON)
    names = [tag.name for tag in featured.suggested_tags(session, ada.account_id)]
    assert names == ["ferry", "sea"]
