"""How far what others say reaches, and who may answer it."""

import pytest

from app.federation.activitystreams.addressing import Audience, reach_of
from app.federation.activitystreams.documents import PUBLIC
from app.federation.activitystreams.policies import Approval, Rule, approval_of

AUTHOR = "https://there.example/users/1"
FOLLOWERS = f"{AUTHOR}/followers"
ADA = "https://here.example/ap/users/7"
BEA = "https://here.example/ap/users/8"


@pytest.mark.parametrize(
    ("to", "cc", "visibility"),
    [
        pytest.param([PUBLIC], [FOLLOWERS], "public", id="public"),
        pytest.param([FOLLOWERS], [PUBLIC], "unlisted", id="unlisted"),
        pytest.param([FOLLOWERS], [ADA], "followers", id="followers"),
        pytest.param([ADA], [FOLLOWERS], "followers", id="followers in cc, by Pleroma"),
        pytest.param([ADA], [], "direct", id="direct"),
        pytest.param([], [], "direct", id="nobody"),
        pytest.param(["https://other.example/followers"], [], "direct", id="followers of another"),
    ],
)
def test_visibility(to: list[str], cc: list[str], visibility: str) -> None:
    audience = Audience(to=tuple(to), cc=tuple(cc))
    found = reach_of(audience, author=AUTHOR, followers=FOLLOWERS, mentioned=[ADA])
    assert found.visibility == visibility


def test_followers_that_nobody_knows_are_nobody() -> None:
    audience = Audience(to=(FOLLOWERS,))
    found = reach_of(audience, author=AUTHOR, followers=None, mentioned=[])
    assert found.visibility == "direct"


@pytest.mark.parametrize(
    ("named", "delivered_to", "is_said", "silent", "is_limited"),
    [
        pytest.param([ADA], [], False, [], False, id="mentioned"),
        pytest.param([ADA, BEA], [], False, [BEA], True, id="addressed and not mentioned"),
        pytest.param([ADA], [BEA], False, [BEA], True, id="in whose own inbox it came"),
        pytest.param([ADA, BEA], [], True, [BEA], False, id="said to be direct"),
        pytest.param([ADA, AUTHOR], [ADA], False, [], False, id="the author is no recipient"),
    ],
)
def test_silent_recipients_make_a_direct_post_a_limited_one(
    named: list[str],
    delivered_to: list[str],
    *,
    is_said: bool,
    silent: list[str],
    is_limited: bool,
) -> None:
    audience = Audience(to=tuple(named), is_direct_message=is_said)
    found = reach_of(
        audience, author=AUTHOR, followers=FOLLOWERS, mentioned=[ADA], delivered_to=delivered_to
    )
    assert list(found.silent) == silent
    assert found.is_limited is is_limited


@pytest.mark.parametrize(
    ("rule", "in_followers", "expected"),
    [
        pytest.param(None, False, Approval.AUTOMATIC, id="nothing said"),
        pytest.param(Rule((PUBLIC,)), False, Approval.AUTOMATIC, id="everyone"),
        pytest.param(Rule((AUTHOR,)), True, Approval.DENIED, id="nobody"),
        pytest.param(Rule(), False, Approval.DENIED, id="an empty rule"),
        pytest.param(Rule((FOLLOWERS,)), True, Approval.AUTOMATIC, id="a follower"),
        pytest.param(Rule((FOLLOWERS,)), False, Approval.DENIED, id="no follower"),
        pytest.param(Rule((FOLLOWERS,), (PUBLIC,)), False, Approval.MANUAL, id="others ask"),
        pytest.param(
            Rule((PUBLIC,), (ADA,)), False, Approval.MANUAL, id="the person counts first"
        ),
        pytest.param(Rule((ADA,), (PUBLIC,)), False, Approval.AUTOMATIC, id="the person may"),
        pytest.param(Rule((PUBLIC,), (FOLLOWERS,)), True, Approval.MANUAL, id="then the list"),
        pytest.param(Rule((ADA,), (ADA,)), False, Approval.AUTOMATIC, id="yes counts before ask"),
    ],
)
def test_who_may(rule: Rule | None, *, in_followers: bool, expected: Approval) -> None:
    collections = [FOLLOWERS] if in_followers else []
    found = approval_of(rule, actor=ADA, author=AUTHOR, collections=collections)
    assert found is expected


def test_the_author_and_whom_the_post_names_may_always() -> None:
    nobody = Rule((AUTHOR,))
    assert approval_of(nobody, actor=AUTHOR, author=AUTHOR) is Approval.AUTOMATIC
    assert approval_of(nobody, actor=ADA, author=AUTHOR, is_named=True) is Approval.AUTOMATIC
