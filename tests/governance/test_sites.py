"""Other sites: whom we speak with is decided, takes effect at once, and can be undone."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from app.accounts.models import Account
from app.core.errors import Invalid
from app.moderation.sites.models import SeveredFollow, SiteChange, StoredRule
from app.moderation.sites.queries import decided_sites, severed_of, treatment_by
from app.moderation.sites.rules import Severity, SiteRule
from app.moderation.sites.service import decide_site, sever_some
from app.notifications.models import Notice
from app.relationships.models import Follow, FollowState
from governance.live import differences
from governance.rules import DecisionType
from governance.sites import LIFT, SUSPEND, kept_domain
from tests.factories import NOON, make_account
from tests.governance.acts import act, acted
from tests.governance.hall import Hall

FAR = "troubled.example"
CLOSED: dict[str, Any] = {
    "kind": SUSPEND,
    "payload": {"domain": FAR, "reason": "Threats, and nobody answers."},
}
OPENED: dict[str, Any] = {"kind": LIFT, "payload": {"domain": FAR}}


def decide(hall: Hall, effect: dict[str, Any]) -> None:
    """Let the members decide, and somebody in office carry it out."""
    order_id = hall.queued(type=DecisionType.DOMAIN, title="A site", effects=[effect])
    hall.enact(order_id, "ada")


def person(hall: Hall, name: str, domain: str, **given: Any) -> int:
    """Return an account of elsewhere."""
    with hall.db.write.begin() as session:
        return make_account(session, username=name, domain=domain, **given).id


def follow(hall: Hall, who: int, whom: int) -> None:
    with hall.db.write.begin() as session:
        state = {"state": FollowState.ACCEPTED, "created_at": NOON, "accepted_at": NOON}
        session.add(Follow(follower_id=who, followee_id=whom, **state))


def refuses(hall: Hall, host: str) -> bool:
    with hall.db.read.begin() as session:
        return treatment_by(session.connection(), host).is_refused


def hidden(hall: Hall) -> set[str]:
    gone = select(Account.username).where(Account.suspended_at.is_not(None))
    return set(hall.scalars(gone.where(Account.domain.is_not(None))))


def test_a_decision_closes_the_door_and_another_opens_it(hall: Hall) -> None:
    far, below = person(hall, "far", FAR), person(hall, "below", f"social.{FAR}")
    person(hall, "beside", f"not{FAR}")
    person(hall, "bad", FAR, suspended_at=NOON - timedelta(days=9))
    decide(hall, CLOSED)
    assert refuses(hall, FAR)
    assert refuses(hall, f"social.{FAR}")
    assert not refuses(hall, f"not{FAR}")
    assert hidden(hall) == {"far", "below", "bad"}
    with hall.db.read.begin() as session:
        (one,) = decided_sites(session)
        assert one.rule.public_comment == "Threats, and nobody answers."
        assert not list(differences(session))
    decide(hall, OPENED)
    assert not refuses(hall, FAR)
    assert hidden(hall) == {"bad"}, "who is hidden for themselves stays so"
    with hall.db.read.begin() as session:
        assert not decided_sites(session)
        assert not list(differences(session))
        assert [session.get_one(Account, id_).rev for id_ in (far, below)] == [3, 3]
    hall.check_chains()


def test_follows_end_in_pieces_and_are_kept_for_their_members(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.moderation.sites.service.SEVERED_AT_ONCE", 2)
    far, other = person(hall, "far", FAR), person(hall, "other", "fine.example")
    bo, cleo = hall.actor("bo").account_id, hall.actor("cleo").account_id
    for who, whom in ((bo, far), (far, bo), (far, cleo), (bo, other), (bo, cleo)):
        follow(hall, who, whom)
    decide(hall, CLOSED)
    (change_id,) = hall.scalars(select(SiteChange.id))
    rounds = [True]
    while rounds[-1]:
        with hall.db.write.begin() as session:
            rounds.append(sever_some(session, change_id, now=hall.now))
    left = {(one.follower_id, one.followee_id) for one in hall.scalars(select(Follow))}
    assert left == {(bo, other), (bo, cleo)}
    with hall.db.read.begin() as session:
        (mine,) = severed_of(session, bo)
        assert (mine.following, mine.followers) == ((f"far@{FAR}",), (f"far@{FAR}",))
        (theirs,) = severed_of(session, cleo)
        assert (theirs.following, theirs.followers) == ((), (f"far@{FAR}",))
        assert severed_of(session, other) == []
    told = hall.scalars(select(Notice.account_id).where(Notice.url == "/settings/severed"))
    assert sorted(told) == sorted([bo, cleo]), "once each"


def test_nothing_is_cut_any_more_once_the_door_is_open(hall: Hall) -> None:
    far, bo = person(hall, "far", FAR), hall.actor("bo").account_id
    follow(hall, bo, far)
    rule = SiteRule(domain=FAR, severity=Severity.SUSPENDED)
    with hall.db.write.begin() as session:
        change_id = decide_site(session, FAR, rule, decision_id=1, now=hall.now).id
        decide_site(session, FAR, None, decision_id=2, now=hall.now)
        assert not sever_some(session, change_id, now=hall.now)
    assert hall.scalars(select(SeveredFollow.id)) == []


def test_an_officer_closes_it_at_once_and_members_open_it_again(hall: Hall) -> None:
    person(hall, "far", FAR)
    done = acted(hall, act(hall, "ada", CLOSED))
    assert refuses(hall, FAR)
    hall.closed(done.proposal_id, {"bo": "no", "cleo": "no"})
    assert not refuses(hall, FAR)
    assert hidden(hall) == set()
    with hall.db.read.begin() as session:
        assert not list(differences(session))


def test_what_was_decided_anew_since_stays(hall: Hall) -> None:
    done = acted(hall, act(hall, "ada", CLOSED))
    harder = {**CLOSED, "payload": {**CLOSED["payload"], "reason": "Decided by all of us."}}
    order_id = hall.queued(type=DecisionType.DOMAIN, title="By all", effects=[harder])
    hall.enact(order_id, "ada")
    assert refuses(hall, FAR)
    assert hall.state(done.proposal_id).value != "voting"
    assert refuses(hall, FAR)


def test_a_rule_that_nobody_decided_is_found(hall: Hall) -> None:
    with hall.db.write.begin() as session:
        session.add(StoredRule(domain=FAR, severity=Severity.SUSPENDED, created_at=hall.now))
    with hall.db.read.begin() as session:
        found = [str(one) for one in differences(session)]
    assert found == [f"site {FAR}: it is not what was decided"]


def test_a_rule_that_somebody_took_out_is_found(hall: Hall) -> None:
    decide(hall, CLOSED)
    with hall.db.write.begin() as session:
        session.execute(text("DELETE FROM site_rules"))
    with hall.db.read.begin() as session:
        found = [str(one) for one in differences(session)]
    assert found == [f"site {FAR}: it is not what was decided"]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (FAR, FAR),
        ("Troubled.Example.", FAR),
        (f"https://{FAR}/about", FAR),
        (f"@somebody@{FAR}", FAR),
        ("bücher.example", "xn--bcher-kva.example"),
        ("localhost", None),
        ("", None),
        ("two words.example", None),
        ("*.example.org", None),
    ],
)
def test_a_site_is_meant_in_every_spelling(written: str, kept: str | None) -> None:
    assert kept_domain(written) == kept


@pytest.mark.parametrize(
    "effect",
    [
        pytest.param(OPENED, id="nothing is closed"),
        pytest.param({"kind": SUSPEND, "payload": {"domain": "Troubled.Example"}}, id="spelling"),
        pytest.param({"kind": SUSPEND, "payload": {"domain": FAR, "x": 1}}, id="unknown member"),
    ],
)
def test_what_changes_nothing_or_cannot_be_read_is_refused(
    hall: Hall, effect: dict[str, Any]
) -> None:
    with pytest.raises(Invalid):
        hall.draft(type=DecisionType.DOMAIN, title="A site", effects=[effect])


def test_another_type_of_decision_cannot_carry_it(hall: Hall) -> None:
    with pytest.raises(Invalid, match="another type"):
        hall.draft(type=DecisionType.POLICY, title="A site", effects=[CLOSED])
