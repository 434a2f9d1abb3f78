"""Who may speak for an id: what others try, and what honest servers do."""

from typing import Any, Final

import pytest

from app.federation.activitystreams.activities import Activity, read_activity
from app.federation.activitystreams.actors import Actor, read_actor
from app.federation.activitystreams.documents import Unreadable
from app.federation.authority import (
    AskAgain,
    Confirmed,
    NotTheirs,
    Source,
    actor_of,
    author_of,
    confirm,
    is_approved,
    is_gone,
    is_ours,
    is_quote_allowed,
    key_of,
    may_move,
    owner_named,
    post_of,
    signer_of,
    verify,
)
from tests.federation.written import NOW, document

HERE: Final = frozenset({"here.example", "coop.example", "xn--bcher-kva.example"})
THERE: Final = "https://there.example"
ADA: Final = f"{THERE}/users/ada"
BEA: Final = f"{THERE}/users/bea"
EVIL: Final = "https://evil.example/users/mallory"
OURS: Final = "https://here.example/ap/users/7"
NOTE: Final = {"id": f"{THERE}/notes/1", "type": "Note", "attributedTo": ADA, "content": "Hi"}
PERSON: Final = {
    "id": ADA,
    "type": "Person",
    "preferredUsername": "ada",
    "inbox": f"{ADA}/inbox",
    "publicKey": {"id": f"{ADA}#main-key", "owner": ADA, "publicKeyPem": "PEM"},
}
STAMP: Final = {
    "id": "https://here.example/stamps/1",
    "type": "QuoteAuthorization",
    "attributedTo": OURS,
    "interactingObject": f"{THERE}/notes/1",
    "interactionTarget": f"{OURS}/statuses/9",
}


def does(kind: str, of: object, **given: object) -> Activity:
    activity = {"id": f"{THERE}/a/1", "type": kind, "actor": ADA, "object": of, **given}
    return read_activity(document(activity), now=NOW)


def confirmed(value: dict[str, Any]) -> Confirmed:
    found = confirm(document(value), asked=value["id"], answered=value["id"], here=HERE)
    assert isinstance(found, Confirmed)
    return found


FOLLOW: Final = {"id": f"{OURS}/f/1", "type": "Follow", "actor": OURS, "object": ADA}
MAY = [
    pytest.param(does("Create", NOTE), id="their own post"),
    pytest.param(does("Create", NOTE["id"]), id="their own post by its address"),
    pytest.param(
        does("Create", NOTE | {"attributedTo": [f"{THERE}/groups/1", ADA]}), id="with a group"
    ),
    pytest.param(does("Update", NOTE), id="change of their own post"),
    pytest.param(does("Update", PERSON), id="change of themselves"),
    pytest.param(does("Delete", NOTE["id"]), id="deletion by address"),
    pytest.param(
        does("Delete", {"id": NOTE["id"], "type": "Tombstone"}), id="deletion by tombstone"
    ),
    pytest.param(does("Delete", ADA), id="deletion of themselves"),
    pytest.param(does("Announce", f"{OURS}/statuses/9"), id="boost of another's post"),
    pytest.param(does("Like", f"{OURS}/statuses/9"), id="like of another's post"),
    pytest.param(does("Follow", OURS), id="follow"),
    pytest.param(
        does("Undo", {"type": "Follow", "actor": ADA, "object": OURS}), id="undo without an id"
    ),
    pytest.param(does("Undo", f"{THERE}/a/0"), id="undo by address"),
    pytest.param(does("Accept", FOLLOW), id="acceptance of a follow"),
    pytest.param(does("Reject", FOLLOW["id"]), id="refusal by address"),
    pytest.param(
        does(
            "Accept",
            {"id": f"{OURS}/q/1", "type": "QuoteRequest", "actor": OURS, "object": NOTE["id"]},
            result=f"{THERE}/stamps/1",
        ),
        id="consent to a quote",
    ),
    pytest.param(does("Add", NOTE["id"], target=f"{ADA}/featured"), id="pin"),
    pytest.param(does("Move", ADA, target=EVIL), id="move"),
    pytest.param(
        does("QuoteRequest", f"{OURS}/statuses/9", instrument=NOTE), id="asking to quote"
    ),
    pytest.param(does("Flag", [OURS]), id="report"),
    pytest.param(does("Unheard", "x"), id="unknown things"),
    pytest.param(
        does("Like", OURS, actor=[EVIL, {"id": ADA, "type": "Person"}]), id="one of several"
    ),
]


@pytest.mark.parametrize("activity", MAY)
def test_what_they_may(activity: Activity) -> None:
    found = verify(activity, actor=ADA, source=Source.SIGNED, here=HERE)
    assert (found.activity, found.actor, found.source) == (activity, ADA, "signed")


MAY_NOT = [
    pytest.param(does("Like", OURS, actor=BEA), id="somebody else is the actor"),
    pytest.param(does("Like", OURS, id="https://evil.example/1"), id="an id of another site"),
    pytest.param(
        does("Like", OURS, id="https://there.example:8443/1"), id="an id of another port"
    ),
    pytest.param(does("Like", OURS, id="http://there.example/1"), id="an id of another scheme"),
    pytest.param(does("Create", NOTE | {"attributedTo": BEA}), id="a post of somebody else"),
    pytest.param(does("Create", NOTE | {"id": "https://evil.example/1"}), id="a post elsewhere"),
    pytest.param(does("Create", NOTE | {"id": f"{OURS}/statuses/9"}), id="a post of ours"),
    pytest.param(does("Create", NOTE | {"id": None}), id="a post without an id"),
    pytest.param(does("Update", PERSON | {"id": BEA}), id="change of somebody else"),
    pytest.param(
        does("Update", PERSON | {"inbox": "https://victim.example/inbox"}), id="inbox elsewhere"
    ),
    pytest.param(does("Update", "https://evil.example/1"), id="change of a post elsewhere"),
    pytest.param(does("Delete", "https://victim.example/1"), id="deletion elsewhere"),
    pytest.param(does("Delete", f"{OURS}/statuses/9"), id="deletion of ours"),
    pytest.param(does("Delete", "https://HERE.example.:443/1"), id="deletion of ours, spelt anew"),
    pytest.param(
        does("Undo", {"type": "Like", "actor": BEA, "object": OURS}), id="undo of another's"
    ),
    pytest.param(
        does("Delete", [NOTE["id"], "https://victim.example/1"]), id="two deletions at once"
    ),
    pytest.param(
        does("Create", [NOTE, NOTE | {"id": "https://victim.example/1"}]), id="two posts"
    ),
    pytest.param(
        does("Accept", FOLLOW["id"], result=EVIL), id="a stamp of another site, by address"
    ),
    pytest.param(does("Undo", "https://victim.example/1"), id="undo elsewhere"),
    pytest.param(does("Undo", "bear:?u=x"), id="undo of nothing"),
    pytest.param(does("Accept", FOLLOW | {"object": BEA}), id="acceptance for somebody else"),
    pytest.param(does("Accept", FOLLOW | {"object": OURS}), id="acceptance for us"),
    pytest.param(
        does("Accept", {"type": "QuoteRequest", "object": EVIL}), id="consent for another site"
    ),
    pytest.param(
        does("Accept", {"type": "QuoteRequest", "object": NOTE["id"]}, result=EVIL),
        id="a stamp of another site",
    ),
    pytest.param(does("Move", BEA, target=EVIL), id="move of somebody else"),
    pytest.param(does("Add", NOTE["id"]), id="pin to nothing"),
    pytest.param(does("Remove", NOTE["id"], target=f"{OURS}/featured"), id="unpin of ours"),
    pytest.param(does("QuoteRequest", OURS), id="asking to quote in nothing"),
    pytest.param(
        does("QuoteRequest", OURS, instrument=NOTE | {"attributedTo": BEA}),
        id="asking to quote for another",
    ),
]


@pytest.mark.parametrize("activity", MAY_NOT)
def test_what_they_may_not(activity: Activity) -> None:
    with pytest.raises(NotTheirs):
        verify(activity, actor=ADA, source=Source.SIGNED, here=HERE)


@pytest.mark.parametrize(
    "actor",
    [
        OURS,
        "https://HERE.example/ap/users/7",
        "https://here.example./ap/users/7",
        "https://here.example:443/ap/users/7",
        "https://www.here.example/ap/users/7",
        "http://coop.example/x",
        "https://b\u00fccher.example/x",
    ],
)
def test_nobody_elsewhere_is_of_ours(actor: str) -> None:
    assert is_ours(actor, HERE)
    activity = does("Like", "x", actor=actor, id=actor)
    with pytest.raises(NotTheirs, match="from here"):
        verify(activity, actor=actor, source=Source.SIGNED, here=HERE)


def test_what_only_looks_like_ours_is_not() -> None:
    for uri in ("https://nothere.example/", "https://here.example.evil.example/", "x"):
        assert not is_ours(uri, HERE)


def test_the_signer_is_one_of_the_actors_or_it_was_passed_on() -> None:
    activity = does("Like", OURS, actor=[EVIL, ADA])
    assert signer_of(activity, ADA) == ADA
    assert signer_of(activity, BEA) is None
    assert author_of(activity) == ADA
    assert author_of(does("Like", OURS, actor=EVIL)) is None


@pytest.mark.parametrize(
    ("id_", "asked", "answered"),
    [
        pytest.param(ADA, ADA, ADA, id="itself"),
        pytest.param(ADA, ADA, f"{ADA}#x", id="with a fragment"),
        pytest.param(ADA, ADA.replace("there", "THERE"), ADA, id="another spelling of the host"),
        pytest.param(ADA, f"{THERE}/@ada", ADA, id="after a redirect"),
        pytest.param(ADA, "https://www.there.example/@ada", ADA, id="after one to another host"),
        pytest.param(ADA, ADA, f"{THERE}/elsewhere", id="a redirect within the site"),
        pytest.param(
            f"{THERE}/?author=1", f"{THERE}/?author=1", f"{THERE}?author=1", id="a query"
        ),
    ],
)
def test_a_site_speaks_for_its_ids(id_: str, asked: str, answered: str) -> None:
    found = confirm(document(PERSON | {"id": id_}), asked=asked, answered=answered, here=HERE)
    assert isinstance(found, Confirmed)
    assert found.id == id_


def test_another_id_of_the_same_site_is_asked_for_once() -> None:
    given = document(PERSON)
    found = confirm(given, asked=f"{THERE}/@ada", answered=f"{THERE}/@ada", here=HERE)
    assert found == AskAgain(ADA)
    with pytest.raises(NotTheirs):
        confirm(given, asked=f"{THERE}/@ada", answered=f"{THERE}/@ada", here=HERE, again=True)


@pytest.mark.parametrize(
    ("id_", "asked", "answered"),
    [
        pytest.param(None, ADA, ADA, id="no id"),
        pytest.param(EVIL, ADA, ADA, id="an id of another site"),
        pytest.param(ADA, ADA, EVIL, id="a redirect to another site"),
        pytest.param(ADA, EVIL, EVIL, id="another site speaks for it"),
        pytest.param(ADA, ADA, "http://there.example/users/ada", id="without TLS"),
        pytest.param(OURS, OURS, OURS, id="ours"),
    ],
)
def test_no_site_speaks_for_another(id_: str | None, asked: str, answered: str) -> None:
    with pytest.raises(NotTheirs):
        confirm(document(PERSON | {"id": id_}), asked=asked, answered=answered, here=HERE)


def test_a_confirmed_post_is_by_somebody_of_its_site() -> None:
    assert post_of(confirmed(NOTE), now=NOW).author == ADA
    with pytest.raises(NotTheirs):
        post_of(confirmed(NOTE | {"attributedTo": EVIL}), now=NOW)
    with pytest.raises(Unreadable):
        post_of(confirmed(PERSON), now=NOW)


def test_a_confirmed_actor_has_an_inbox_of_its_site() -> None:
    assert actor_of(confirmed(PERSON), now=NOW).id == ADA
    with pytest.raises(NotTheirs):
        actor_of(confirmed(PERSON | {"inbox": "https://victim.example/inbox"}), now=NOW)


KEY_PATH: Final = f"{ADA}/main-key"
BARE: Final = {"id": KEY_PATH, "type": "Key", "owner": ADA, "publicKeyPem": "PEM"}
MULTIKEY: Final = {
    "id": f"{ADA}#ed",
    "type": "Multikey",
    "controller": ADA,
    "publicKeyMultibase": "z6Mk",
}


@pytest.mark.parametrize(
    ("answer", "key_id"),
    [
        pytest.param(PERSON, f"{ADA}#main-key", id="the actor"),
        pytest.param(
            {"id": ADA, "type": "Person", "publicKey": BARE}, KEY_PATH, id="a stub by GoToSocial"
        ),
        pytest.param(BARE, KEY_PATH, id="the key itself"),
        pytest.param(
            {"id": ADA, "type": "Person", "assertionMethod": [MULTIKEY]},
            f"{ADA}#ed",
            id="a Multikey",
        ),
        pytest.param(
            PERSON | {"publicKey": [BARE, PERSON["publicKey"]]}, KEY_PATH, id="several keys"
        ),
    ],
)
def test_whose_a_key_is(answer: dict[str, Any], key_id: str) -> None:
    assert owner_named(document(answer), key_id) == ADA


@pytest.mark.parametrize(
    ("answer", "key_id"),
    [
        pytest.param(PERSON, f"{ADA}#other", id="another key"),
        pytest.param(NOTE, NOTE["id"], id="a post"),
        pytest.param(BARE | {"owner": EVIL}, KEY_PATH, id="an owner on another site"),
        pytest.param(BARE, "https://evil.example/key", id="a key on another site"),
        pytest.param(BARE | {"publicKeyPem": ""}, KEY_PATH, id="an empty key"),
        pytest.param(
            {"id": KEY_PATH, "type": "Key", "publicKeyPem": "PEM"}, KEY_PATH, id="no owner"
        ),
    ],
)
def test_whose_a_key_is_not(answer: dict[str, Any], key_id: str) -> None:
    with pytest.raises(NotTheirs):
        owner_named(document(answer), key_id)


def test_the_owner_lists_the_key() -> None:
    assert key_of(confirmed(PERSON), f"{ADA}#main-key").pem == "PEM"


@pytest.mark.parametrize(
    ("owner", "key_id"),
    [
        pytest.param(PERSON, f"{ADA}#other", id="not listed"),
        pytest.param(
            PERSON | {"publicKey": BARE | {"owner": BEA}}, KEY_PATH, id="of somebody else"
        ),
        pytest.param(
            PERSON | {"publicKey": BARE | {"id": "https://evil.example/key"}},
            "https://evil.example/key",
            id="on another site",
        ),
        pytest.param(NOTE | {"publicKey": BARE}, KEY_PATH, id="a post with a key"),
    ],
)
def test_the_owner_does_not(owner: dict[str, Any], key_id: str) -> None:
    with pytest.raises(NotTheirs):
        key_of(confirmed(owner), key_id)


@pytest.mark.parametrize(
    ("status", "answer", "expected"),
    [
        (410, None, True),
        (404, None, True),
        (200, {"id": NOTE["id"], "type": "Tombstone"}, True),
        (200, NOTE, False),
        (403, None, False),
        (500, None, False),
    ],
    ids=str,
)
def test_gone_is_what_its_site_says_is_gone(
    status: int, answer: dict[str, Any] | None, *, expected: bool
) -> None:
    assert is_gone(status, document(answer) if answer else None) is expected


def person(**given: object) -> Actor:
    return read_actor(document(PERSON | given), now=NOW)


def test_a_move_needs_the_consent_of_where_it_leads() -> None:
    assert may_move(person(alsoKnownAs=[EVIL, BEA]), old=BEA)
    assert not may_move(person(), old=BEA)
    assert not may_move(person(alsoKnownAs=[BEA], movedTo=EVIL), old=BEA)
    assert not may_move(person(alsoKnownAs=[BEA], suspended=True), old=BEA)
    assert not may_move(person(alsoKnownAs=[ADA]), old=ADA)


def allows(**given: object) -> bool:
    stamp = STAMP | given
    found = Confirmed(document(stamp), str(stamp["id"]))
    return is_quote_allowed(
        found, author=OURS, quoting=f"{THERE}/notes/1", quoted=f"{OURS}/statuses/9"
    )


def test_a_stamp_is_for_one_quote() -> None:
    assert allows()
    assert not allows(id=f"{THERE}/stamps/1")
    assert not allows(type="Note")
    assert not allows(attributedTo=ADA)
    assert not allows(interactingObject=f"{THERE}/notes/2")
    assert not allows(interactionTarget=f"{OURS}/statuses/8")
    assert not allows(interactionTarget=None)


def test_an_approval_is_for_one_answer() -> None:
    stamp = {
        "id": f"{THERE}/approvals/1",
        "type": "ReplyApproval",
        "attributedTo": ADA,
        "object": f"{OURS}/statuses/9",
        "target": NOTE["id"],
    }
    asked = {"author": ADA, "interaction": f"{OURS}/statuses/9", "post": str(NOTE["id"])}
    found = Confirmed(document(stamp), str(stamp["id"]))
    assert is_approved(found, "ReplyApproval", **asked)
    assert not is_approved(found, "LikeApproval", **asked)
    assert not is_approved(found, "ReplyApproval", **asked | {"interaction": f"{OURS}/statuses/8"})
    assert not is_approved(found, "ReplyApproval", **asked | {"author": BEA})
