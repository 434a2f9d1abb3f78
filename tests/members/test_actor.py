"""The one rule of permission: state, office and scope, in that order."""

from datetime import timedelta

import pytest

from app.core.errors import Forbidden
from app.members.actor import (
    FINISHING_FOR,
    NEEDS,
    Actor,
    Verb,
    is_reauthenticated,
    may,
    require,
)
from app.members.offices import Office
from app.members.states import MemberState
from tests.factories import NOON

EVERYBODY = frozenset(Office)
# What each state allows to somebody who holds every office, in a browser.
BY_STATE = {
    MemberState.UNCONFIRMED: {Verb.EXPORT, Verb.APPEAL, Verb.LEAVE},
    MemberState.WAITING: {Verb.EXPORT, Verb.APPEAL, Verb.LEAVE},
    MemberState.REFUSED: {Verb.EXPORT, Verb.APPEAL, Verb.LEAVE},
    MemberState.LEFT: {Verb.EXPORT, Verb.APPEAL},
    MemberState.SUSPENDED: {
        Verb.READ,
        Verb.VOTE,
        Verb.PAY,
        Verb.ACCEPT_TERMS,
        Verb.EXPORT,
        Verb.APPEAL,
        Verb.LEAVE,
    },
    MemberState.ACTIVE: set(Verb),
}
BY_OFFICE = {
    Office.ADMIN: {Verb.ADMIT, Verb.ENACT, Verb.ANNOUNCE, Verb.KEEP_EMOJI},
    Office.SECRETARY: {Verb.ADMIT, Verb.ENACT, Verb.CERTIFY},
    Office.TREASURER: {Verb.KEEP_BOOKS, Verb.ENACT},
    Office.MODERATOR: {Verb.MODERATE, Verb.ENACT, Verb.KEEP_EMOJI},
    Office.FACILITATOR: {Verb.FACILITATE, Verb.ENACT, Verb.ANNOUNCE},
}
OF_OFFICE = {verb for verb, need in NEEDS.items() if need.offices}
BY_SCOPE = {
    "coop:vote": {Verb.VOTE, Verb.PROPOSE},
    "coop:officer": OF_OFFICE,
}


def test_every_verb_is_ruled_and_open_to_active_members() -> None:
    assert set(NEEDS) == set(Verb)
    assert all(MemberState.ACTIVE in need.states for need in NEEDS.values())


@pytest.mark.parametrize("verb", Verb)
@pytest.mark.parametrize("state", MemberState)
def test_the_state_decides_first(state: MemberState, verb: Verb) -> None:
    actor = Actor(1, 1, offices=EVERYBODY, state=state)
    assert may(actor, verb) is (verb in BY_STATE[state])


@pytest.mark.parametrize("verb", sorted(OF_OFFICE))
@pytest.mark.parametrize("office", Office)
def test_an_office_gives_its_own_powers_only(office: Office, verb: Verb) -> None:
    assert may(Actor(1, 1, offices=frozenset({office})), verb) is (verb in BY_OFFICE[office])
    assert not may(Actor(1, 1), verb)


@pytest.mark.parametrize("verb", Verb)
def test_an_application_votes_and_governs_only_with_our_own_scopes(verb: Verb) -> None:
    everything_of_mastodon = frozenset({"read", "write", "follow", "push", "admin:write"})
    of_app = Actor(1, 1, offices=EVERYBODY, scopes=everything_of_mastodon)
    needs_ours = verb in OF_OFFICE | BY_SCOPE["coop:vote"]
    assert may(of_app, verb) is not needs_ours
    for scope, verbs in BY_SCOPE.items():
        with_ours = Actor(1, 1, offices=EVERYBODY, scopes=frozenset({scope}))
        assert may(with_ours, verb) is (not needs_ours or verb in verbs)


@pytest.mark.parametrize(
    ("actor", "verb", "reason"),
    [
        pytest.param(
            Actor(1, 1, state=MemberState.WAITING), Verb.WRITE, "still waiting", id="an applicant"
        ),
        pytest.param(
            Actor(1, 1, state=MemberState.SUSPENDED), Verb.WRITE, "suspended", id="suspended"
        ),
        pytest.param(Actor(1, 1), Verb.KEEP_BOOKS, "an office", id="without the office"),
        pytest.param(
            Actor(1, 1, scopes=frozenset({"write"})),
            Verb.VOTE,
            "coop:vote",
            id="without the scope",
        ),
    ],
)
def test_a_refusal_names_the_reason(actor: Actor, verb: Verb, reason: str) -> None:
    with pytest.raises(Forbidden, match=reason):
        require(actor, verb)


@pytest.mark.parametrize(
    ("minutes_ago", "holds"),
    [
        pytest.param(None, False, id="never"),
        pytest.param(0, True, id="just now"),
        pytest.param(14, True, id="a quarter of an hour is not over"),
        pytest.param(15, False, id="it is over"),
    ],
)
def test_the_stamp_of_a_password_lasts_a_quarter_of_an_hour(
    minutes_ago: int | None, holds: bool
) -> None:
    at = None if minutes_ago is None else NOON - timedelta(minutes=minutes_ago)
    assert is_reauthenticated(Actor(1, 1, reauthenticated_at=at), now=NOON) is holds


@pytest.mark.parametrize(
    ("minutes_ago", "holds"),
    [
        pytest.param(None, False, id="never"),
        pytest.param(29, True, id="a form that was begun in time is finished"),
        pytest.param(30, False, id="half an hour is over"),
    ],
)
def test_a_form_begun_in_time_may_be_finished(minutes_ago: int | None, holds: bool) -> None:
    at = None if minutes_ago is None else NOON - timedelta(minutes=minutes_ago)
    actor = Actor(1, 1, reauthenticated_at=at)
    assert is_reauthenticated(actor, now=NOON, within=FINISHING_FOR) is holds
