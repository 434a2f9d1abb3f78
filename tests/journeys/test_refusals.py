"""The order that ratified terms leave behind does one thing once; every other way is refused.

Each attempt is made on the page and by a program, with the same answer, and changes nothing.
"""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError

from app.members.models import Mandate, Member
from app.members.offices import Office
from governance.documents import AdoptDocument, write_version
from governance.effects import Warrant
from governance.models import DocumentVersion, EnactmentOrder
from governance.models.law import Slug
from governance.refusals import Code, NotNow, NotYours
from governance.rules import DecisionType
from tests.factories import make_mandate
from tests.governance.hall import NEW_TERMS, Hall
from tests.governance.web import API, Web
from tests.shell import commands

ORDERS = "/duties/admin/orders"
ANYWHERE = "/coop/proposals/new?type=policy"  # A page with a form, for its ticket.


def _wrong_office(hall: Hall) -> tuple[int, str]:
    with hall.db.write.begin() as session:
        for office in set(Office) - {Office.ADMIN}:
            make_mandate(session, session.get_one(Member, hall.members["bo"]), office)
    return hall.queued(), "bo"


def _no_office(hall: Hall) -> tuple[int, str]:
    return hall.queued(), "cleo"


def _in_ones_own_favour(hall: Hall) -> tuple[int, str]:
    payload = {"member": str(hall.members["ada"]), "office": "admin"}
    effects = [{"kind": "role.grant", "payload": payload}]
    order_id = hall.queued(type=DecisionType.ELECTION, title="ada as admin", effects=effects)
    return order_id, "ada"


def _before_its_window(hall: Hall) -> tuple[int, str]:
    order_id = hall.queued()
    hall.clock.advance(seconds=-1)
    return order_id, "ada"


def _after_its_window(hall: Hall) -> tuple[int, str]:
    order_id = hall.queued()
    with hall.db.write.begin() as session:
        make_mandate(session, session.get_one(Member, hall.members["dov"]), Office.ADMIN)
    hall.clock.set(hall.order(order_id).not_after)
    return order_id, "dov"


def _a_second_time(hall: Hall) -> tuple[int, str]:
    order_id = hall.queued()
    hall.enact(order_id)
    return order_id, "ada"


def _after_the_mandate(hall: Hall) -> tuple[int, str]:
    order_id = hall.queued()
    with hall.db.write.begin() as session:
        make_mandate(session, session.get_one(Member, hall.members["dov"]), Office.ADMIN)
        theirs = Mandate.member_id == hall.members["ada"]
        session.execute(update(Mandate).where(theirs).values(ended_at=hall.now))
    return order_id, "ada"


def _of_another_text(hall: Hall) -> tuple[int, str]:
    """As if somebody had taken the locks off the database and changed what the order says."""
    order_id = hall.queued()
    measure = [{"kind": "document.adopt", "payload": {"slug": "terms", "text": "Obey."}}]
    with hall.db.write.begin() as session:
        _unlock(session)
        theirs = update(EnactmentOrder).where(EnactmentOrder.id == order_id)
        session.execute(theirs.values(measure=measure))
    return order_id, "ada"


def _unlock(session: Any) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("ALTER TABLE enactment_orders DISABLE TRIGGER USER"))
        return
    triggers = "SELECT name FROM sqlite_master WHERE type='trigger' AND tbl_name=:table"
    for name in session.scalars(text(triggers), {"table": "enactment_orders"}).all():
        session.execute(text(f"DROP TRIGGER {name}"))


ATTEMPTS = [
    pytest.param(_wrong_office, 403, Code.NOT_THE_OFFICE, id="by every office but the one"),
    pytest.param(_no_office, 403, Code.NOT_THE_OFFICE, id="by a member without an office"),
    pytest.param(_in_ones_own_favour, 403, Code.BENEFICIARY, id="in one's own favour"),
    pytest.param(_before_its_window, 409, Code.TOO_EARLY, id="before its window"),
    pytest.param(_after_its_window, 409, Code.TOO_LATE, id="after its window"),
    pytest.param(_a_second_time, 409, Code.USED, id="a second time"),
    pytest.param(_after_the_mandate, 403, Code.NOT_THE_OFFICE, id="after the mandate's end"),
    pytest.param(_of_another_text, 409, Code.OTHER_TEXT, id="of another text"),
]


@pytest.mark.parametrize(("prepare", "status", "code"), ATTEMPTS)
def test_an_order_is_not_carried_out(
    web: Web, prepare: Callable[[Hall], tuple[int, str]], status: int, code: Code
) -> None:
    order_id, name = prepare(web.hall)
    before = _state_of(web.hall)
    officer, program = web.browser(name), web.program(name)
    assert f"{ORDERS}/{order_id}/enact" not in officer.read(ORDERS), "no button is offered"
    page = officer.send(f"{ORDERS}/{order_id}/enact", on=ANYWHERE)
    assert (page.status_code, code in page.text) == (status, True), page.text
    answer = program.post(f"{API}/orders/{order_id}/enact")
    assert (answer.status_code, code in answer.json()["error"]) == (status, True), answer.text
    assert _state_of(web.hall) == before
    web.hall.check_chains()


def test_a_program_needs_the_scope_for_acts_of_an_office(web: Web) -> None:
    order_id, before = web.hall.queued(), _state_of(web.hall)
    for scopes in (("coop:read", "coop:vote"), ("read", "write", "follow", "push")):
        answer = web.program("ada", *scopes).post(f"{API}/orders/{order_id}/enact")
        assert answer.status_code == 403
    assert web.program(None).post(f"{API}/orders/{order_id}/enact").status_code == 401
    assert web.visitor().client.post(f"{ORDERS}/{order_id}/enact").status_code in (303, 403)
    assert _state_of(web.hall) == before


DOORS = [
    pytest.param("PUT", f"{API}/documents/terms", id="put a document"),
    pytest.param("POST", f"{API}/documents/terms/versions", id="add a version"),
    pytest.param("PATCH", f"{API}/documents/terms/versions/1", id="mend a version"),
    pytest.param("DELETE", f"{API}/documents/terms/versions/1", id="remove a version"),
    pytest.param("POST", "/coop/documents/terms", id="send a page"),
    pytest.param("POST", "/coop/documents/terms/versions/1", id="send a page of a version"),
    pytest.param("POST", "/terms", id="send the page of the terms"),
]


@pytest.mark.parametrize(("method", "path"), DOORS)
def test_there_is_no_other_door_for_officers(web: Web, method: str, path: str) -> None:
    before = _state_of(web.hall)
    words = {"slug": "terms", "text": "Obey.", "title": "Terms"}
    answer = web.program("ada").request(method, path, json=words)
    assert answer.status_code in (404, 405), answer.text
    assert _state_of(web.hall) == before


def test_the_shell_has_no_word_for_it() -> None:
    """No command takes a text, enacts an order, or writes a document, a rule or a ballot."""
    words = {word for path in commands() for word in path.split()}
    assert {"serve", "found", "member", "verify"} <= words
    assert not words & {"enact", "terms", "document", "adopt", "order", "vote", "constitution"}


STATEMENTS = [
    pytest.param("UPDATE document_versions SET text = 'Obey.'", id="change the terms"),
    pytest.param("DELETE FROM document_versions", id="remove the terms"),
    pytest.param("UPDATE enactment_orders SET measure = '[]'", id="change the order"),
    pytest.param("UPDATE enactment_orders SET not_after = '2100-01-01'", id="prolong the order"),
    pytest.param("UPDATE proposals SET title = 'Obey'", id="change what was voted on"),
]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_database_refuses_statements(web: Web, statement: str) -> None:
    web.hall.queued()
    before = _state_of(web.hall)
    with pytest.raises(IntegrityError), web.hall.db.write.begin() as session:
        session.execute(text(statement))
    assert _state_of(web.hall) == before


def test_the_service_takes_no_text_without_its_order(web: Web) -> None:
    """Code that calls the writer itself, with a warrant of its own making."""
    hall = web.hall
    order = hall.order(hall.queued())
    adopt = AdoptDocument(slug=Slug.TERMS, text="Obey.")
    warrant = Warrant(
        enactment_id=order.id,
        decision_id=order.proposal_id,
        kind="document.adopt",
        payload=adopt.model_dump(mode="json"),
        by_member_id=hall.members["ada"],
        effective_at=hall.now,
        now=hall.now,
    )
    before = _state_of(hall)
    with pytest.raises((NotYours, NotNow)), hall.db.write.begin() as session:
        write_version(session, adopt, warrant)
    assert _state_of(hall) == before


def test_what_was_ratified_is_what_is_carried_out(web: Web) -> None:
    """The one way that is open: the right officer, in time, once."""
    order_id = web.hall.queued()
    answer = web.program("ada").post(f"{API}/orders/{order_id}/enact")
    assert answer.status_code == 200, answer.text
    [newest] = web.hall.scalars(
        select(DocumentVersion.text).where(
            DocumentVersion.slug == Slug.TERMS, DocumentVersion.version == 2
        )
    )
    assert newest == NEW_TERMS


def _state_of(hall: Hall) -> tuple[Any, ...]:
    """Return what an attempt must not change: documents, offices, and the log."""
    texts = select(DocumentVersion.slug, DocumentVersion.version, DocumentVersion.text)
    with hall.db.read.begin() as session:
        rows = sorted(map(tuple, session.execute(texts).all()))
        mandates = session.scalar(select(func.count()).select_from(Mandate))
    return tuple(rows), mandates, len(hall.log())
