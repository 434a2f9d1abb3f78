"""The token endpoint: what a program must show, and what it gets, once."""

from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.crypto import hash_secret
from app.core.db import Database
from app.oauth.calls import Answer, Call, Passwords
from app.oauth.grants import give, take_back
from app.oauth.models import AccessToken, AuthorizationCode
from app.oauth.queries import actor_of_token
from app.oauth.service import OWN_TOKENS_MAX, TOKENS_MAX, give_token
from tests.factories import NOON, make_member
from tests.oauth.programs import (
    DONE,
    PROOF,
    VERIFIER,
    consent,
    make_program,
    redeems,
)

BASIC = "Basic " + b64encode(b"a:b").decode()


def is_good(session: Session, answer: Answer) -> bool:
    session.flush()
    token = hash_secret(answer.body["access_token"])
    return actor_of_token(session, token, NOON) is not None


def tokens(session: Session) -> int:
    return session.scalar(select(func.count(AccessToken.id))) or 0


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        pytest.param({"client_secret": "wrong"}, 401, "invalid_client", id="a wrong secret"),
        pytest.param({"client_secret": ""}, 401, "invalid_client", id="no secret"),
        pytest.param({"client_id": "nobody"}, 401, "invalid_client", id="an unknown program"),
        pytest.param({"client_id": ""}, 401, "invalid_client", id="no program"),
        pytest.param({"code": "guessed"}, 400, "invalid_grant", id="a guessed code"),
        pytest.param({"code": ""}, 400, "invalid_request", id="no code"),
        pytest.param({"redirect_uri": f"{DONE}/"}, 400, "invalid_grant", id="another address"),
        pytest.param({"redirect_uri": ""}, 400, "invalid_grant", id="no address"),
        pytest.param({"code_verifier": ""}, 400, "invalid_grant", id="no proof"),
        pytest.param({"code_verifier": VERIFIER[:-1]}, 400, "invalid_grant", id="a wrong proof"),
        pytest.param({"code_verifier": "ü"}, 400, "invalid_grant", id="a proof that is none"),
        pytest.param(
            {"code_verifier": PROOF["code_challenge"]}, 400, "invalid_grant", id="a plain proof"
        ),
        pytest.param({"grant_type": "password"}, 400, "unsupported_grant_type", id="a password"),
        pytest.param({"grant_type": "ä"}, 400, "unsupported_grant_type", id="another grant"),
        pytest.param({"grant_type": ""}, 400, "unsupported_grant_type", id="no grant"),
    ],
)
def test_what_is_refused_gives_nothing_and_uses_nothing_up(
    session: Session, changed: dict[str, str], status: int, error: str
) -> None:
    program = make_program(session)
    code = consent(session, make_member(session), program, asked=PROOF)
    whole = redeems(program, code, code_verifier=VERIFIER)
    bad = {name: value for name, value in (whole | changed).items() if value}
    answer = give(session, Call(bad), now=NOON)
    assert (answer.status, answer.body) == (status, {"error": error})
    assert tokens(session) == 0
    assert is_good(session, give(session, Call(whole), now=NOON))


@pytest.mark.parametrize("header", ["Basic", "Basic %", BASIC, "Basic /w==", "Bearer abc"])
def test_headers_that_prove_nothing(session: Session, header: str) -> None:
    program = make_program(session)
    sent = redeems(program, "x", client_id="", client_secret="")
    answer = give(session, Call(sent, header), now=NOON)
    assert answer.status == 401
    assert ("WWW-Authenticate" in answer.headers) is (header == BASIC)


def test_a_program_that_shows_its_secret_in_the_header(session: Session) -> None:
    ada, program = make_member(session), make_program(session)
    pair = f"{program.application.client_id}:{program.client_secret}"
    sent = redeems(program, consent(session, ada, program), client_id="", client_secret="")
    header = "Basic " + b64encode(pair.encode()).decode()
    assert is_good(session, give(session, Call(sent, header), now=NOON))


def test_the_token_carries_what_was_consented_to(session: Session) -> None:
    ada, program = make_member(session), make_program(session)
    code = consent(session, ada, program, asked={"scope": "write read:lists"})
    answer = give(session, Call(redeems(program, code, scope="read write follow")), now=NOON)
    assert answer.status == 200
    token = answer.body["access_token"]
    assert len(token) >= 43
    assert answer.body == {
        "access_token": token,
        "token_type": "Bearer",
        "scope": "read:lists write",
        "created_at": int(NOON.timestamp()),
    }
    actor = actor_of_token(session, hash_secret(token), NOON)
    assert actor is not None
    assert actor.scopes is not None
    assert actor.member_id == ada.id
    assert not {"coop:read", "coop:vote", "read:statuses"} & actor.scopes
    kept = session.scalars(select(AccessToken)).one()
    assert token not in str(vars(kept))
    assert program.application.was_used


def test_of_another_program_a_code_is_worth_nothing(session: Session) -> None:
    ada, program, other = make_member(session), make_program(session), make_program(session)
    code = consent(session, ada, program)
    answer = give(session, Call(redeems(other, code)), now=NOON)
    assert answer.body == {"error": "invalid_grant"}
    assert is_good(session, give(session, Call(redeems(program, code)), now=NOON))


@pytest.mark.parametrize(("minutes", "status"), [(9, 200), (10, 400)])
def test_a_code_lasts_ten_minutes(session: Session, minutes: int, status: int) -> None:
    program = make_program(session)
    code = consent(session, make_member(session), program)
    now = NOON + timedelta(minutes=minutes)
    assert give(session, Call(redeems(program, code)), now=now).status == status


def test_a_second_use_ends_what_the_first_gave(session: Session) -> None:
    ada, program = make_member(session), make_program(session)
    other = give_token(session, member_id=ada.id, scopes={"read"}, now=NOON)
    call = Call(redeems(program, consent(session, ada, program)))
    first = give(session, call, now=NOON)
    assert is_good(session, first)
    assert give(session, call, now=NOON).body == {"error": "invalid_grant"}
    assert not is_good(session, first)
    assert actor_of_token(session, hash_secret(other), NOON) is not None


def test_of_two_uses_at_once_neither_leaves_a_token(db: Database) -> None:
    with db.write.begin() as session:
        program = make_program(session)
        call = Call(redeems(program, consent(session, make_member(session), program)))

    def use(_: int) -> int:
        with db.write.begin() as session:
            return give(session, call, now=NOON).status

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(use, range(2))) == [200, 400]
    with db.read.begin() as session:
        assert tokens(session) == 0
        assert session.scalars(select(AuthorizationCode.used_at)).one() == NOON


def test_a_public_program_proves_itself_without_a_secret(session: Session) -> None:
    program = make_program(session, is_public=True)
    code = consent(session, make_member(session), program, asked=PROOF)
    bare = Call(redeems(program, code))
    assert give(session, bare, now=NOON).body == {"error": "invalid_grant"}
    proven = Call(redeems(program, code, code_verifier=VERIFIER))
    assert is_good(session, give(session, proven, now=NOON))


def test_a_proof_nobody_asked_for_is_refused(session: Session) -> None:
    program = make_program(session)
    code = consent(session, make_member(session), program)
    call = Call(redeems(program, code, code_verifier=VERIFIER))
    assert give(session, call, now=NOON).body == {"error": "invalid_grant"}


@pytest.mark.parametrize(
    ("scope", "given"),
    [
        pytest.param("", "read", id="reading, if nothing is said"),
        pytest.param("read write", "read write", id="what it registered"),
        pytest.param("read coop:vote", None, id="more than it registered"),
        pytest.param("dance", None, id="an unknown scope"),
    ],
)
def test_a_program_by_itself(session: Session, scope: str, given: str | None) -> None:
    program = make_program(session)
    sent = redeems(program, "", grant_type="client_credentials", scope=scope)
    answer = give(session, Call(sent), now=NOON)
    if given is None:
        assert (answer.status, answer.body) == (400, {"error": "invalid_scope"})
    else:
        assert answer.body["scope"] == given
        assert not is_good(session, answer), "it acts for nobody"


def test_a_public_program_gets_nothing_for_itself(session: Session) -> None:
    program = make_program(session, is_public=True)
    sent = redeems(program, "", grant_type="client_credentials")
    assert give(session, Call(sent), now=NOON).status == 401


@pytest.mark.parametrize("is_right", [True, False])
def test_a_password_opens_only_where_tests_open_it(session: Session, is_right: bool) -> None:
    ada, program = make_member(session), make_program(session)
    sent = redeems(program, "", grant_type="password", username="ada", password="x")
    opened = Passwords(ada.id if is_right else None)
    answer = give(session, Call(sent), passwords=opened, now=NOON)
    assert answer.status == (200 if is_right else 400)
    assert give(session, Call(sent), now=NOON).body == {"error": "unsupported_grant_type"}


def test_signing_in_again_and_again_does_not_fill_the_table(session: Session) -> None:
    ada, program = make_member(session), make_program(session)
    own = redeems(program, "", grant_type="client_credentials")
    for n in range(max(TOKENS_MAX, OWN_TOKENS_MAX) + 1):
        now = NOON + timedelta(seconds=n)
        give(session, Call(own), now=now)
        give(session, Call(redeems(program, consent(session, ada, program))), now=now)
    session.flush()
    assert tokens(session) == TOKENS_MAX + OWN_TOKENS_MAX


def revoke(session: Session, sent: dict[str, str]) -> Answer:
    return take_back(session, Call(sent), now=NOON)


@pytest.mark.parametrize("is_public", [False, True])
def test_a_program_takes_its_own_token_back(session: Session, is_public: bool) -> None:
    program = make_program(session, is_public=is_public)
    code = consent(session, make_member(session), program, asked=PROOF)
    given = give(session, Call(redeems(program, code, code_verifier=VERIFIER)), now=NOON)
    sent = redeems(program, "", token=given.body["access_token"], token_type_hint="whatever")
    for _ in range(2):  # The second time it is unknown, and nobody says so.
        assert (revoke(session, sent).status, revoke(session, sent).body) == (200, {})
    assert not is_good(session, given)


def test_nobody_takes_back_what_is_not_theirs(session: Session) -> None:
    ada, program, other = make_member(session), make_program(session), make_program(session)
    given = give(session, Call(redeems(program, consent(session, ada, program))), now=NOON)
    token = given.body["access_token"]
    at_shell = give_token(session, member_id=ada.id, scopes={"read"}, now=NOON)
    session.flush()
    for theirs in (token, at_shell):
        answer = revoke(session, redeems(other, "", token=theirs))
        assert (answer.status, answer.body) == (403, {"error": "unauthorized_client"})
    assert revoke(session, redeems(program, "", token=token, client_secret="x")).status == 401
    assert revoke(session, redeems(program, "")).body == {"error": "invalid_request"}
    assert is_good(session, given)
