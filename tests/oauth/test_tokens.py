"""Access tokens: whose they are, what they may do, and that they end."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.crypto import hash_secret, new_secret
from app.core.errors import Conflict, Invalid, NotFound
from app.core.kernel import Kernel
from app.core.settings import Registration
from app.members.offices import Office
from app.members.service import suspend
from app.members.sessions import end_access
from app.members.signup import KEPT_FOR, Door, Form, begin, finish_by_link, forget_old
from app.oauth.models import AccessToken, Application
from app.oauth.queries import actor_of_token, tokens_of
from app.oauth.service import give_token, keep_token, note_use, revoke_token, token_of
from tests.factories import NOON, make_member
from tests.fakes import CaughtLetters


def test_a_token_acts_for_its_member_with_what_its_scopes_imply(session: Session) -> None:
    ada = make_member(session, offices=[Office.ADMIN, Office.MODERATOR])
    token = give_token(session, member_id=ada.id, scopes={"read", "coop:vote"}, now=NOON)
    actor = actor_of_token(session, hash_secret(token), NOON)
    assert actor is not None
    assert (actor.member_id, actor.account_id) == (ada.id, ada.account_id)
    assert actor.offices == {Office.ADMIN, Office.MODERATOR}
    assert actor.scopes is not None
    assert {"read:statuses", "coop:vote"} <= actor.scopes
    assert "write:statuses" not in actor.scopes


def test_only_the_hash_is_kept(session: Session) -> None:
    ada = make_member(session)
    token = give_token(session, member_id=ada.id, scopes={"read"}, now=NOON)
    [kept] = session.scalars(select(AccessToken.hash))
    assert kept != token
    assert actor_of_token(session, token, NOON) is None


def test_the_token_of_an_application_alone_acts_for_nobody(session: Session) -> None:
    session.add(AccessToken(hash=hash_secret("app"), scopes="read", created_at=NOON))
    session.flush()
    assert actor_of_token(session, hash_secret("app"), NOON) is None


def test_a_token_ends_when_it_expires(session: Session) -> None:
    ada = make_member(session)
    token = give_token(session, member_id=ada.id, scopes={"read"}, now=NOON)
    session.scalars(select(AccessToken)).one().expires_at = NOON + timedelta(hours=1)
    assert actor_of_token(session, hash_secret(token), NOON) is not None
    assert actor_of_token(session, hash_secret(token), NOON + timedelta(hours=1)) is None


@pytest.mark.parametrize("how", ["revoked", "access ended", "suspended"])
def test_a_token_that_was_taken_back_opens_nothing(session: Session, how: str) -> None:
    ada, bo = make_member(session), make_member(session)
    token = give_token(session, member_id=ada.id, scopes={"read"}, now=NOON)
    of_bo = give_token(session, member_id=bo.id, scopes={"read"}, now=NOON)
    session.flush()
    if how == "revoked":
        [given] = tokens_of(session, ada.id)
        revoke_token(session, member_id=ada.id, token_id=given.id)
    elif how == "suspended":
        suspend(session, member_id=ada.id, now=NOON)
    else:
        end_access(session, member_id=ada.id, now=NOON)
    session.flush()
    assert actor_of_token(session, hash_secret(token), NOON) is None
    assert actor_of_token(session, hash_secret(of_bo), NOON) is not None


def test_nobody_revokes_the_token_of_another(session: Session) -> None:
    ada, bo = make_member(session), make_member(session)
    give_token(session, member_id=ada.id, scopes={"read"}, now=NOON)
    [given] = tokens_of(session, ada.id)
    with pytest.raises(NotFound):
        revoke_token(session, member_id=bo.id, token_id=given.id)


def test_members_see_which_application_has_a_token(session: Session) -> None:
    ada = make_member(session)
    app = Application(
        name="Tusk",
        client_id="tusk",
        redirect_uris=["tusk://done"],
        scopes="read write",
        created_at=NOON,
    )
    session.add(app)
    session.flush()
    give_token(session, member_id=ada.id, scopes={"read"}, application_id=app.id, now=NOON)
    give_token(session, member_id=ada.id, scopes={"write", "read"}, now=NOON)
    seen = [(token.application, list(token.scopes)) for token in tokens_of(session, ada.id)]
    assert seen == [(None, ["read", "write"]), ("Tusk", ["read"])]


@pytest.mark.parametrize("value", ["short", "with a space inside", "ümlaut-token", "x" * 201])
def test_an_operator_may_not_bring_along_just_anything(session: Session, value: str) -> None:
    ada = make_member(session)
    with pytest.raises(Invalid):
        give_token(session, member_id=ada.id, scopes={"read"}, value=value, now=NOON)


def test_a_token_brought_along_is_used_once(session: Session) -> None:
    ada = make_member(session)
    brought: dict[str, Any] = {
        "member_id": ada.id,
        "scopes": {"read"},
        "value": "brought-along",
        "now": NOON,
    }
    assert give_token(session, **brought) == "brought-along"
    with pytest.raises(Conflict):
        give_token(session, **brought)


def test_the_day_of_the_last_use_is_noted_once_a_day(session: Session) -> None:
    ada = make_member(session)
    token = give_token(session, member_id=ada.id, scopes={"read"}, now=NOON)
    session.flush()
    kept = session.scalars(select(AccessToken)).one()
    for days, on in ((0, 9), (2, 11), (1, 11)):
        note_use(session, hash_secret(token), now=NOON + timedelta(days=days))
        session.refresh(kept)
        assert kept.last_used_on == NOON.date().replace(day=on)


def test_a_token_of_a_sign_up_acts_for_nobody_until_it_is_finished(
    session: Session, kernel: Kernel
) -> None:
    letters, door = CaughtLetters(), Door(Registration.OPEN)
    tokens = []
    for name in ("maren", "noor"):
        form = Form(name, f"{name}@mail.example", "a hash", by_link=True)
        begun = begin(session, letters, kernel.keyring, form, door=door, now=NOON)
        tokens.append(new_secret())
        keep_token(session, tokens[-1], sign_up_id=begun.id, scopes={"read"}, now=NOON)
    session.flush()
    assert [actor_of_token(session, hash_secret(t), NOON) for t in tokens] == [None, None]
    link = letters.written[-1].context["link"]
    noor = finish_by_link(session, link=link, door=door, now=NOON)
    session.flush()
    actor = actor_of_token(session, hash_secret(tokens[1]), NOON)
    assert actor is not None
    assert actor.member_id == noor.id
    forget_old(session, now=NOON + KEPT_FOR)
    assert token_of(session, tokens[0]) is None, "what nobody finished is forgotten whole"
    assert token_of(session, tokens[1]) is not None
