"""The documents as pages: in force, older, what changed, and accepting."""

import pytest
from sqlalchemy import func, select

from app.members.models import Acceptance
from tests.governance.hall import NEW_TERMS, Hall
from tests.governance.web import Web

REFUSED = [
    pytest.param("/coop/documents/secrets", 404, id="a document that we do not have"),
    pytest.param("/coop/documents/federation-policy", 404, id="one that nobody has adopted yet"),
    pytest.param("/coop/documents/terms/versions/9", 404, id="a version that never was"),
    pytest.param("/coop/documents/terms/versions/0", 404, id="version nought"),
    pytest.param("/coop/documents/terms/versions/x", 404, id="a version that is no number"),
    pytest.param(f"/coop/documents/terms/versions/{10**40}", 404, id="a huge version"),
    pytest.param("/coop/documents/terms/versions/9.txt", 404, id="the text of no version"),
    pytest.param("/terms/diff/1..9", 404, id="a difference to no version"),
    pytest.param("/coop/documents/secrets/diff/1..2", 404, id="a difference of no document"),
    pytest.param("/coop/documents/terms/accept", 303, id="accepting without being signed in"),
]


@pytest.mark.parametrize(("path", "status"), REFUSED)
def test_what_is_not_there_is_refused(web: Web, path: str, status: int) -> None:
    assert web.visitor().get(path).status_code == status


READ = [
    ("/terms", "Terms"),
    ("/privacy", "Privacy"),
    ("/rules", "conduct"),
    ("/coop/documents", "Bylaws"),
    ("/coop/documents/bylaws", "Bylaws"),
    ("/coop/documents/terms/versions", "Version 1"),
    ("/coop/documents/terms/versions/1", "Laid down when we began"),
    ("/terms/diff/1..1", "Nothing changes."),
]


@pytest.mark.parametrize(("path", "words"), READ)
def test_everybody_reads_what_we_agreed_on(web: Web, path: str, words: str) -> None:
    assert words in web.visitor().read(path)


def test_the_text_file_is_the_text_that_the_hash_is_of(web: Web) -> None:
    enacted(web.hall)
    answer = web.visitor().get("/coop/documents/terms/versions/2.txt")
    assert answer.text == NEW_TERMS
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


def test_a_decided_version_is_foretold_and_then_in_force_with_its_vote_in_the_margin(
    web: Web,
) -> None:
    proposal_id = enacted(web.hall)
    before = web.visitor().read("/terms")
    assert "takes effect on" in before
    assert "/coop/documents/terms/diff/1..2" in before
    web.hall.pass_days(14)
    after = web.visitor().read("/terms")
    assert "The last copy leaves our backups within 14 days." in after
    assert f'href="/coop/proposals/{proposal_id}/result"' in after
    assert "5 yes, 0 no" in after


def test_a_member_sees_what_changed_and_accepts_once(web: Web) -> None:
    enacted(web.hall)
    bo = web.browser("bo")
    assert "Nothing to accept" not in bo.read("/coop/documents/terms/accept")
    accept_first(web)
    assert "Nothing to accept" in bo.read("/coop/documents/terms/accept")
    web.hall.pass_days(14)
    bo = web.browser("bo")
    assert "This version is new to you." in bo.read("/terms")
    page = bo.read("/coop/documents/terms/accept")
    assert "You accepted version 1." in page
    assert "<ins>" in page
    assert bo.sent("/coop/documents/terms/accept", version="2") == "/terms"
    assert "You have accepted version 2." in bo.read("/terms")
    assert accepted(web.hall, "bo", 2) == 1


WRONG = [
    pytest.param({"version": "7"}, 404, id="a version that never was"),
    pytest.param({"version": "x"}, 422, id="no number"),
    pytest.param({}, 422, id="nothing"),
]


@pytest.mark.parametrize(("fields", "status"), WRONG)
def test_accepting_nothing_in_particular_is_refused(
    web: Web, fields: dict[str, str], status: int
) -> None:
    bo = web.browser("bo")
    answer = bo.send("/coop/documents/terms/accept", **fields)
    assert answer.status_code == status
    assert accepted(web.hall, "bo", 7) == 0


def enacted(hall: Hall) -> int:
    """Change the terms by a vote; return the proposal's number."""
    proposal_id = hall.closed(hall.voting())
    hall.go_to(hall.proposal(proposal_id).challenge_until)
    hall.enact(hall.order_of(proposal_id).id)
    return proposal_id


def accept_first(web: Web) -> None:
    """Let bo accept all founding documents."""
    bo = web.browser("bo")
    for slug in ("terms", "code-of-conduct", "privacy"):
        bo.sent(f"/coop/documents/{slug}/accept", version="1")


def accepted(hall: Hall, name: str, version: int) -> int:
    """Count how often the member accepted the version of the terms."""
    mine = (
        select(func.count())
        .select_from(Acceptance)
        .where(
            Acceptance.member_id == hall.members[name],
            Acceptance.slug == "terms",
            Acceptance.version == version,
        )
    )
    return int(hall.scalars(mine)[0])
