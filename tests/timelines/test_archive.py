"""Lists, tags, filters and what is kept about others go along with whoever leaves."""

import json

from sqlalchemy.orm import Session

from app.core.archive import Owner, Part
from app.core.kernel import Kernel
from app.filters.archive import pack_filters
from app.filters.kinds import Context
from app.filters.service import FilterForm, KeywordForm, make_filter
from app.instance import announcements
from app.instance.archive import pack_announcements
from app.members.actor import Actor
from app.members.offices import Office
from app.relationships import keeping
from app.relationships.archive import pack_people
from app.statuses.archive import pack_posts
from app.statuses.featured import feature_tag
from app.timelines import lists, tags
from app.timelines.archive import pack_lists
from app.timelines.lists import ListForm
from tests.factories import NOON
from tests.social import befriend, make_person


def packed(session: Session, kernel: Kernel, part: Part, owner: Actor) -> dict[str, str]:
    asker = Owner(
        member_id=owner.member_id,
        account_id=owner.account_id,
        base_url="https://riverside.example",
    )
    files = part(session, kernel.storage, asker)
    return {file.name: b"".join(file.chunks).decode() for file in files}


def test_what_one_keeps_in_order_goes_along(kernel: Kernel) -> None:
    with kernel.db.write.begin() as session:
        ada, bo = make_person(session, "ada"), make_person(session, "bo")
        befriend(session, ada, bo)
        made = lists.make_list(session, ada, ListForm("Boats"), now=NOON)
        lists.add_to_list(session, ada, made.id, [bo.account_id], now=NOON)
        tags.follow_tag(session, ada, "ferry", now=NOON)
        keeping.set_note(session, ada, target_id=bo.account_id, comment="Sings")
        keeping.avoid_domain(session, ada, "far.example", now=NOON)
        quiet = FilterForm("Quiet", frozenset({Context.HOME}), keywords=[KeywordForm("lottery")])
        make_filter(session, ada, quiet, now=NOON)
        found = packed(session, kernel, pack_lists, ada)
        assert "Boats,bo@riverside.example" in found["lists.csv"]
        assert "ferry" in found["followed_tags.csv"]
        people = packed(session, kernel, pack_people, ada)
        assert "bo@riverside.example,Sings" in people["private_notes.csv"]
        assert "far.example" in people["blocked_domains.csv"]
        [told] = json.loads(packed(session, kernel, pack_filters, ada)["filters.json"])
        assert (told["title"], told["keywords"][0]["keyword"]) == ("Quiet", "lottery")
        keeping.endorse(session, ada, target_id=bo.account_id, now=NOON)
        people = packed(session, kernel, pack_people, ada)
        assert "bo@riverside.example" in people["recommended_accounts.csv"]
        feature_tag(session, ada, "garden", now=NOON)
        officer = Actor(bo.member_id, bo.account_id, frozenset({Office.ADMIN}))
        made_known = announcements.announce(session, officer, "Tea!", lasting=None, now=NOON)
        announcements.mark_seen(session, ada, made_known.id, now=NOON)
        announcements.react(session, ada, made_known.id, "🎉", now=NOON)
        posts = packed(session, kernel, pack_posts, ada)
        assert json.loads(posts["featured_tags.json"]) == ["garden"]
        board = json.loads(packed(session, kernel, pack_announcements, ada)["announcements.json"])
        assert board["seen"] == [{"announcement": "Tea!", "seen_at": NOON.isoformat()}]
        assert board["reactions"] == [{"announcement": "Tea!", "emoji": "🎉"}]
        assert board["made"] == []
        for part in (pack_lists, pack_people, pack_filters):
            others = "".join(packed(session, kernel, part, bo).values())
            assert not any(word in others for word in ("Boats", "Sings", "lottery", "far."))
