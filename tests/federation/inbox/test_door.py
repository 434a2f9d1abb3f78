"""Who may put something into our inboxes, and what is kept of it."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts.models import Account, RemoteActor, RemoteKey
from app.core.duties import Duty
from app.federation.inbox import door
from app.federation.inbox.models import Outcome, Received, ReceivedFor
from app.federation.inbox.owed import PROCESS
from app.federation.signatures.forms import Form
from app.federation.signatures.keys import public_pem
from app.http.limits import By, Quota
from app.moderation.sites.models import StoredRule
from app.moderation.sites.rules import Severity
from tests.fakes import clock_of
from tests.federation.inbox.there import PUBLIC, There, another_key
from tests.federation.reading import ACTIVITY, BASE, URLS
from tests.federation.signatures.other import rsa_key
from tests.mastodon.apps import Site
from tests.queries import counted


def kept(site: Site) -> int:
    with site.kernel.db.read.begin() as session:
        return session.scalars(select(func.count()).select_from(Received)).one()


def greeting(there: There, by: str) -> dict[str, object]:
    """Something that anybody may say."""
    note = {"id": there.new_id("notes"), "type": "Note", "attributedTo": by, "content": "Hello"}
    return there.act("Create", by, note, to=[PUBLIC])


@pytest.mark.parametrize("form", [Form.CAVAGE, Form.RFC9421])
@pytest.mark.parametrize("to", ["/inbox", "/actor/inbox"])
def test_what_is_signed_is_kept_and_owed(site: Site, there: There, form: Form, to: str) -> None:
    activity = greeting(there, there.person("ada"))
    answer = there.send(activity, to=to, form=form)
    assert (answer.status_code, answer.content) == (202, b"")
    with site.kernel.db.read.begin() as session:
        [row] = session.scalars(select(Received))
        assert (row.uri, row.signer) == (activity["id"], activity["actor"])
        assert row.outcome is Outcome.WAITING
        assert json.loads(row.body or b"") == activity
        [duty] = session.scalars(select(Duty).where(Duty.kind == PROCESS))
        assert duty.payload == {"received": [row.id]}


def test_a_repeat_is_taken_and_kept_once(site: Site, there: There) -> None:
    ines = site.person("ines").account_id
    activity = greeting(there, there.person("ada"))
    own = f"/ap/users/{ines}/inbox"
    for to in ("/inbox", "/inbox", own, own):
        assert there.send(activity, to=to).status_code == 202
    assert kept(site) == 1
    there.work()
    assert there.send(activity, to=own).status_code == 202
    with site.kernel.db.read.begin() as session:
        [copy] = session.scalars(select(ReceivedFor))
        assert copy.account_id == ines
        assert session.scalars(select(Received.outcome)).one() is not Outcome.WAITING


def test_an_activity_of_somebody_else_with_the_same_id_is_another_one(
    site: Site, there: There
) -> None:
    """Else somebody could keep an activity out by passing on another one under its id."""
    ada, eve = there.person("ada"), there.person("eve")
    activity = greeting(there, ada)
    assert there.send({**activity, "object": "http://far.example/lie"}, by=eve).status_code == 202
    assert there.send(activity).status_code == 202
    assert kept(site) == 2


def test_a_key_is_fetched_once(site: Site, there: There) -> None:
    ada = there.person("ada")
    for _ in range(3):
        assert there.send(greeting(there, ada)).status_code == 202
    assert there.asked.count("/users/ada") == 1


def test_no_statement_but_the_looks_before_the_commit(site: Site, there: There) -> None:
    ada = there.person("ada")
    there.send(greeting(there, ada))
    with counted(site.kernel.db) as statements:
        there.send(greeting(there, ada))
    reads = [s for s in statements if s.lstrip().upper().startswith("SELECT")]
    # How its site is treated, whose key it is, and whether we thought its host away.
    assert len(reads) <= 3, statements


def test_a_new_key_is_fetched_and_a_wrong_signature_asks_once(site: Site, there: There) -> None:
    ada = there.person("ada")
    follow = there.act("Follow", ada, URLS.actor(site.person("ines").account_id))
    there.deliver(follow)
    asked = len(there.asked)
    there.with_key(ada, another_key())
    assert there.send(greeting(there, ada)).status_code == 202
    assert len(there.asked) == asked + 1
    with site.kernel.db.read.begin() as session:
        known = session.scalars(select(RemoteKey)).one()
        assert known.public_pem == public_pem(another_key())
    for _ in range(3):
        answer = there.send(greeting(there, ada), key=rsa_key())
        assert answer.status_code == 401
    assert len(there.asked) == asked + 1
    clock_of(site.kernel).advance(minutes=6)
    there.send(greeting(there, ada), key=rsa_key())
    assert len(there.asked) == asked + 2


REFUSED = {
    "no signature": ({}, 401),
    "another type": ({"Content-Type": "application/json"}, 415),
    "another digest": ({"Digest": "SHA-256=AAAA"}, 401),
    "another day": ({"Date": "Mon, 30 Nov 2020 12:00:00 GMT"}, 401),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_not_signed_as_it_must_be_is_refused(site: Site, there: There, what: str) -> None:
    headers, status = REFUSED[what]
    activity = greeting(there, there.person("ada"))
    if what == "no signature":
        body, kind = json.dumps(activity), {"Content-Type": ACTIVITY}
        answer = there.client.post("/inbox", content=body, headers=kind)
    else:
        answer = there.send(activity, headers=headers)
    assert answer.status_code == status
    assert set(answer.json()) == {"error"}
    assert there.asked == []
    assert kept(site) == 0


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b"{", 400),
        (b'{"type":"Follow"}', 400),
        (b'{"id":"http://far.example/1","actor":"http://far.example/ada","type":"Follow"}', 400),
        (b"[" * 100_000, 400),
        (b'{"a":1,"a":2}', 400),
        (b"\xff\xfe{}", 400),
        (b" " * ((1 << 20) + 1), 413),
    ],
)
def test_what_cannot_be_read_is_refused(
    site: Site, there: There, body: bytes, status: int
) -> None:
    answer = there.send(body, by=there.person("ada"))
    assert answer.status_code == status
    assert set(answer.json()) == {"error"}
    assert kept(site) == 0


@pytest.mark.parametrize("kind", ["Dislike", "View", "Invite", "Frobnicate", "ex:Wobble"])
def test_what_nobody_here_needs_is_taken_and_forgotten(
    site: Site, there: There, kind: str
) -> None:
    answer = there.send(there.act(kind, there.person("ada"), "http://far.example/1"))
    assert answer.status_code == 202
    assert there.asked == []
    assert kept(site) == 0


def test_a_farewell_of_a_stranger_is_taken_without_asking(site: Site, there: There) -> None:
    gone = there.url("/users/gone")
    assert there.send(there.act("Delete", gone, gone)).status_code == 202
    assert there.asked == []
    assert kept(site) == 0


def test_a_key_that_cannot_be_had(site: Site, there: There) -> None:
    """Nor is anybody asked for ever on behalf of one caller."""
    for number in range(6):
        answer = there.send(greeting(there, there.url(f"/users/nobody{number}")))
        assert answer.status_code == 401
        assert "key" in answer.json()["error"].lower()
    assert len(there.asked) == 3
    assert kept(site) == 0


def test_what_is_not_theirs_to_say(site: Site, there: There) -> None:
    ada = there.person("ada")
    post = f"{BASE}/ap/users/1/statuses/1"
    lie = {"id": post, "type": "Note", "attributedTo": ada, "content": "x"}
    answer = there.send(there.act("Create", ada, lie))
    assert answer.status_code == 403
    assert "ours" in answer.json()["error"]
    ours = there.act("Create", ada, lie) | {"id": f"{BASE}/ap/activities/1"}
    assert there.send(ours).status_code == 403
    assert kept(site) == 0


def test_a_suspended_site_and_a_suspended_person(site: Site, there: There) -> None:
    ines = URLS.actor(site.person("ines").account_id)
    ada = there.person("ada")
    there.deliver(there.act("Follow", ada, ines))
    with site.write() as session:
        at = site.now
        them = select(Account).join(RemoteActor).where(RemoteActor.uri == ada)
        session.scalars(them).one().suspended_at = at
    assert there.send(greeting(there, ada)).status_code == 403
    with site.write() as session:
        rule = StoredRule(domain="example", severity=Severity.SUSPENDED, created_at=site.now)
        session.add(rule)
    asked = len(there.asked)
    answer = there.send(greeting(there, there.person("bob")))
    assert answer.status_code == 403
    assert len(there.asked) == asked
    assert kept(site) == 1


def test_nobodys_inbox(there: There) -> None:
    activity = greeting(there, there.person("ada"))
    assert there.send(activity, to="/ap/users/404/inbox").status_code == 404
    assert there.client.get("/inbox").status_code == 405


def test_a_site_that_sends_very_much_is_told_to_wait(
    site: Site, there: There, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = Quota(5, timedelta(minutes=1), By.FIELD)
    monkeypatch.setattr(door, "OF_SITE", few)
    activity = there.act("View", there.person("ada"), "http://far.example/1")
    assert [there.send(activity).status_code for _ in range(6)] == [*[202] * 5, 429]
    answer = there.send(activity)
    assert int(answer.headers["retry-after"]) >= 1
    clock_of(site.kernel).advance(minutes=1)
    assert there.send(activity).status_code == 202
