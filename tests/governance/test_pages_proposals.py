"""Proposals as pages: writing, handing in, supporting, talking, challenging."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.core.orm import Base
from app.instance.presets import Preset
from app.members.offices import Office
from governance.lifecycle import State
from governance.models import Challenge, Comment, Proposal, ProposalRevision, Second
from governance.rules import DecisionType
from tests.governance.hall import NEW_TERMS, Hall
from tests.governance.web import Browser, Web

NEW = "/coop/proposals/new?type=terms"
WRITTEN = {"title": "Delete what people delete", "body": "Gone is gone.", "text": NEW_TERMS}


def count(hall: Hall, kind: type[Base]) -> int:
    return int(hall.scalars(select(func.count()).select_from(kind))[0])


MEMBERS_ONLY = [
    "/coop/proposals",
    "/coop/proposals/new",
    "/coop/proposals/1",
    "/coop/proposals/1/edit",
    "/coop/proposals/1/versions/1",
]


@pytest.mark.parametrize("path", MEMBERS_ONLY)
def test_visitors_are_asked_to_sign_in(web: Web, path: str) -> None:
    answer = web.visitor().get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login?next=/coop/proposals")


NOTHING_THERE = [
    pytest.param("/coop/proposals/1", 404, id="no such proposal"),
    pytest.param("/coop/proposals/x", 404, id="no number"),
    pytest.param("/coop/proposals/0", 404, id="nought"),
    pytest.param(f"/coop/proposals/{2**63}", 404, id="a number too large"),
    pytest.param(f"/coop/proposals/{10**60}/edit", 404, id="a huge number"),
    pytest.param("/coop/proposals?stage=secret", 422, id="an unknown stage"),
    pytest.param("/coop/proposals?kind=password", 422, id="an unknown kind"),
    pytest.param("/coop/proposals?before=x", 422, id="a place that is no number"),
    pytest.param("/coop/proposals/new?type=coup", 422, id="an unknown type"),
]


@pytest.mark.parametrize(("path", "status"), NOTHING_THERE)
def test_what_is_not_there_is_refused(web: Web, path: str, status: int) -> None:
    assert web.browser("bo").get(path).status_code == status


FAULTY = [
    pytest.param({"title": ""}, "Please fill this in.", id="no title"),
    pytest.param({"title": "x" * 201}, "at most 200 characters", id="a title too long"),
    pytest.param({"title": "x" * 10_000}, "at most 200 characters", id="10,000 characters"),
    pytest.param({"text": ""}, "Please fill this in.", id="no text"),
    pytest.param({"text": "\0"}, "must be a text", id="a text of nothing"),
    pytest.param({"secrecy": "none"}, "Choose one of the answers offered.", id="no such secrecy"),
    pytest.param({"method": "lottery"}, "Choose one of the answers offered.", id="no such method"),
    pytest.param(
        {"secrecy": "secret"}, "do not allow this kind of secrecy", id="not allowed here"
    ),
]


@pytest.mark.parametrize(("changed", "words"), FAULTY)
def test_a_faulty_form_comes_back_and_nothing_is_kept(
    web: Web, changed: dict[str, str], words: str
) -> None:
    answer = web.browser("bo").send(NEW, keep="1", **(WRITTEN | changed))
    assert answer.status_code == 422
    assert words in answer.text
    assert "Gone is gone." in answer.text
    assert count(web.hall, Proposal) == 0


def test_a_text_that_changes_nothing_is_refused_at_the_field(web: Web) -> None:
    terms = web.visitor().get("/coop/documents/terms/versions/1.txt").text
    answer = web.browser("bo").send(NEW, keep="1", **(WRITTEN | {"text": terms}))
    assert answer.status_code == 422
    assert 'id="text-wrong"' in answer.text
    assert "Nothing would change." in answer.text


def test_whoever_has_no_vote_is_told_why_and_nothing_is_kept(web: Web) -> None:
    web.hall.add("late", covered=False)
    answer = web.browser("late").send(NEW, keep="1", **WRITTEN)
    assert answer.status_code == 403
    assert "Your dues have lapsed." in answer.text
    assert count(web.hall, Proposal) == 0


def test_a_look_shows_the_redline_and_the_rule_and_keeps_nothing(web: Web) -> None:
    page = web.browser("bo").send(NEW, **WRITTEN)
    assert page.status_code == 200
    assert "Nothing of this is kept yet." in page.text
    assert "<del>" in page.text
    assert "It passes if at least" in page.text
    assert "Once one other member supports it," in page.text
    assert "Gone is gone." in page.text
    assert count(web.hall, Proposal) == 0
    assert count(web.hall, ProposalRevision) == 0


def test_the_form_begins_with_the_text_in_force(web: Web) -> None:
    page = web.browser("bo").read(NEW)
    assert "These are the promises we make to each other." in page


def drafted(web: Web, name: str = "bo", **changed: str) -> int:
    to = web.browser(name).sent(NEW, keep="1", **(WRITTEN | changed))
    return int(to.rpartition("/")[2])


def test_a_draft_is_seen_by_its_author_only(web: Web) -> None:
    proposal_id = drafted(web)
    page = web.browser("bo").read(f"/coop/proposals/{proposal_id}")
    assert "Nobody sees it but you." in page
    for path in ("", "/edit", "/versions/1", "/result", "/vote"):
        assert web.browser("cleo").get(f"/coop/proposals/{proposal_id}{path}").status_code == 404
    assert "Delete what people delete" not in web.browser("cleo").read("/coop/proposals")
    assert "Delete what people delete" in web.browser("bo").read("/coop/proposals?stage=mine")


def test_from_the_draft_to_the_discussion(web: Web) -> None:
    proposal_id = drafted(web)
    page = f"/coop/proposals/{proposal_id}"
    bo, cleo = web.browser("bo"), web.browser("cleo")
    assert bo.sent(f"{page}/submit", on=page) == page
    assert web.hall.state(proposal_id) is State.SEEKING_SUPPORT
    assert "One name missing" in cleo.read("/coop/proposals")
    assert "I support it" in cleo.read(page)
    assert "I support it" not in bo.read(page)
    assert cleo.sent(f"{page}/second", on=page) == page
    assert web.hall.state(proposal_id) is State.DELIBERATION
    shown = cleo.read(page)
    assert "You support this proposal." in shown
    assert "Supported by" in shown
    assert "Being talked about" in cleo.read("/coop/proposals")


REFUSED_ACTS = [
    pytest.param("cleo", "submit", 409, id="handing in again what is handed in"),
    pytest.param("bo", "second", 403, id="supporting one's own"),
    pytest.param("cleo", "withdraw", 403, id="taking somebody else's back"),
    pytest.param("bo", "challenge", 422, id="challenging without words"),
]


@pytest.mark.parametrize(("name", "act", "status"), REFUSED_ACTS)
def test_acts_that_are_refused(web: Web, name: str, act: str, status: int) -> None:
    proposal_id = web.hall.draft("bo")
    web.hall.submit(proposal_id)
    page = f"/coop/proposals/{proposal_id}"
    answer = web.browser(name).send(f"{page}/{act}", on=page)
    assert answer.status_code == status
    assert web.hall.state(proposal_id) is State.SEEKING_SUPPORT
    assert count(web.hall, Second) == 0


def test_the_text_is_changed_until_it_is_sealed_and_each_wording_is_kept(web: Web) -> None:
    proposal_id = web.hall.deliberating("bo")
    page = f"/coop/proposals/{proposal_id}"
    bo = web.browser("bo")
    assert "Gone should mean gone." in bo.read(f"{page}/edit")
    sooner = NEW_TERMS.replace("14", "7")
    bo.sent(f"{page}/edit", keep="1", title="Sooner", body="Gone, soon.", text=sooner)
    versions = bo.read(f"{page}/versions/2")
    assert "It was called: Delete what people delete" in versions
    assert "<ins>" in versions
    assert "14 days" in bo.read(f"{page}/versions/1")
    assert bo.get(f"{page}/versions/3").status_code == 404
    web.hall.go_to(web.hall.proposal(proposal_id).freezes_at)
    bo = web.browser("bo")
    assert bo.get(f"{page}/edit").status_code == 409
    answer = bo.send(f"{page}/edit", on=page, keep="1", title="Later", text=NEW_TERMS)
    assert answer.status_code == 409
    assert web.hall.proposal(proposal_id).title == "Sooner"


def test_a_look_at_a_new_wording_keeps_the_old_one(web: Web) -> None:
    proposal_id = web.hall.deliberating("bo")
    answer = web.browser("bo").send(
        f"/coop/proposals/{proposal_id}/edit", title="Never", body="No.", text=NEW_TERMS + "More."
    )
    assert answer.status_code == 200
    assert web.hall.proposal(proposal_id).revision == 1


def test_nobody_edits_somebody_elses(web: Web) -> None:
    proposal_id = web.hall.deliberating("bo")
    page = f"/coop/proposals/{proposal_id}"
    cleo = web.browser("cleo")
    assert cleo.get(f"{page}/edit").status_code == 403
    answer = cleo.send(f"{page}/edit", on=page, keep="1", title="Mine", text=NEW_TERMS + "Mine.")
    assert answer.status_code == 403
    assert web.hall.proposal(proposal_id).revision == 1


def test_withdrawn_by_its_author(web: Web) -> None:
    proposal_id = web.hall.deliberating("bo")
    page = f"/coop/proposals/{proposal_id}"
    assert "Take it back" not in web.browser("cleo").read(page)
    bo = web.browser("bo")
    bo.sent(f"{page}/withdraw", on=page)
    assert web.hall.state(proposal_id) is State.WITHDRAWN
    assert "took it back" in bo.read(page)


SHOWN = [("marks", "<ins>"), ("new", "within 14 days"), ("old", "These are the promises")]


@pytest.mark.parametrize(("show", "words"), SHOWN)
def test_a_change_is_shown_with_marks_or_as_either_text(web: Web, show: str, words: str) -> None:
    proposal_id = web.hall.deliberating("bo")
    page = web.browser("cleo").read(f"/coop/proposals/{proposal_id}?show={show}")
    assert words in page
    assert "What it takes" in page


def test_members_talk_and_answer(web: Web) -> None:
    proposal_id = web.hall.deliberating("bo")
    page = f"/coop/proposals/{proposal_id}"
    cleo, bo = web.browser("cleo"), web.browser("bo")
    to = cleo.sent(f"{page}/comments", on=page, text="What about *late* reports?")
    said = to.partition("#comment-")[2]
    assert "What about <em>late</em> reports?" in bo.read(page)
    assert "Your answer to cleo" in bo.read(f"{page}?answer={said}")
    bo.sent(f"{page}/comments", on=page, text="An open case keeps it.", parent=said)
    answers = web.hall.scalars(select(Comment.parent_id).where(Comment.parent_id.is_not(None)))
    assert [str(one) for one in answers] == [said]


COMMENTS = [
    pytest.param({"text": ""}, 422, id="nothing"),
    pytest.param({"text": "   "}, 422, id="blanks"),
    pytest.param({"text": "x" * 5001}, 422, id="too much"),
    pytest.param({"text": "Hm.", "parent": "77"}, 404, id="an answer to nobody"),
    pytest.param({"text": "Hm.", "parent": "x"}, 404, id="an answer to no number"),
    pytest.param({"text": "Hm.", "parent": str(2**70)}, 404, id="an answer to a huge number"),
]


@pytest.mark.parametrize(("fields", "status"), COMMENTS)
def test_a_comment_of_nothing_is_refused(web: Web, fields: dict[str, str], status: int) -> None:
    proposal_id = web.hall.deliberating("bo")
    page = f"/coop/proposals/{proposal_id}"
    answer = web.browser("cleo").send(f"{page}/comments", on=page, **fields)
    assert answer.status_code == status
    assert count(web.hall, Comment) == 0


def test_what_people_write_stays_text(web: Web) -> None:
    attack = '<script>alert(1)</script><img src=x onerror="alert(1)">'
    proposal_id = drafted(web, title=attack, body=attack, text=NEW_TERMS + attack)
    page = f"/coop/proposals/{proposal_id}"
    bo = web.browser("bo")
    bo.sent(f"{page}/submit", on=page)
    bo.sent(f"{page}/comments", on=page, text=attack)
    for path in (
        page,
        f"{page}?show=new",
        f"{page}/edit",
        f"{page}/versions/1",
        "/coop/proposals",
    ):
        text = bo.read(path)
        assert "<script>alert" not in text
        assert "<img src=x" not in text


def test_a_passed_vote_is_challenged_and_answered_by_a_facilitator(web: Web) -> None:
    web.hall.add("femi", offices=[Office.FACILITATOR])
    proposal_id = web.hall.closed(web.hall.voting("bo"))
    page = f"/coop/proposals/{proposal_id}"
    dov = web.browser("dov")
    assert dov.send(f"{page}/challenge", on=page, words="").status_code == 422
    dov.sent(f"{page}/challenge", on=page, words="The list was wrong.")
    assert "The list was wrong." in web.browser("eve").read(page)
    assert "Answer it" not in web.browser("eve").read(page)
    [challenge_id] = web.hall.scalars(select(Challenge.id))
    answer = {"ruling": "upheld", "answer": "It was."}
    eve = web.browser("eve").send(f"{page}/challenges/{challenge_id}", on=page, **answer)
    assert eve.status_code == 403
    femi = web.browser("femi")
    wrong = femi.send(f"{page}/challenges/{challenge_id}", on=page, ruling="maybe", answer="Hm.")
    assert wrong.status_code == 422
    femi.sent(f"{page}/challenges/{challenge_id}", on=page, **answer)
    assert web.hall.state(proposal_id) is State.VOIDED
    assert "Upheld: the vote is void." in web.browser("eve").read(page)


def test_an_election_a_recall_and_a_task_have_their_forms(web: Web) -> None:
    bo = web.browser("bo")
    elect = {"title": "Cleo keeps the books", "member": "@cleo", "office": "treasurer"}
    nobody = bo.send("/coop/proposals/new?type=election", keep="1", **(elect | {"member": "x"}))
    assert nobody.status_code == 422
    assert "There is nobody of that name here." in nobody.text
    to = bo.sent("/coop/proposals/new?type=election", keep="1", days="180", **elect)
    assert "cleo holds the office of treasurer for 180 days." in bo.read(to)
    assert 'value="180"' in bo.read(f"{to}/edit")
    back = {"title": "No more", "member": "ada", "office": "treasurer"}
    to = bo.sent("/coop/proposals/new?type=recall", keep="1", **back)
    assert "ada no longer holds the office of treasurer." in bo.read(to)
    task = {"title": "Buy a kettle", "body": "For tea.", "task": "Buy a kettle."}
    to = bo.sent("/coop/proposals/new?type=policy", keep="1", **task)
    assert "show that it was done: Buy a kettle." in bo.read(to)


def test_the_rules_are_changed_by_a_form_that_names_the_wrong_field(web: Web) -> None:
    address = "/coop/proposals/new?type=constitution&rule=terms"
    bo = web.browser("bo")
    fields = filled(bo, address) | {"title": "Talk longer", "days.deliberation": "9"}
    wrong = bo.send(address, keep="1", **(fields | {"days.frozen": "12"}))
    assert wrong.status_code == 422
    assert "It must not exceed the deliberation." in wrong.text
    to = bo.sent(address, keep="1", **fields)
    assert "we talk about it for 9 days" in bo.read(to)
    assert 'name="days.deliberation" type="text" value="9"' in bo.read(f"{to}/edit")


def filled(browser: Browser, address: str) -> dict[str, str]:
    """Return the fields of a rule set's form as a browser would send them."""
    page = browser.read(address)
    found = dict(re.findall(r'name="([a-z._]+)" type="text" value="([^"]*)"', page))
    for name, options in re.findall(
        r'<select[^>]* name="([a-z._]+)".*?>(.*?)</select>', page, re.DOTALL
    ):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    for name, value in re.findall(r'name="([a-z.]+)" value="([a-z]+)" checked', page):
        found.setdefault(name, value)
    return found


def test_lists_are_narrowed_and_paged(web: Web) -> None:
    hall = web.hall
    for number in range(4):
        hall.clock.advance(days=1)
        hall.withdraw(
            hall.deliberating("bo", title=f"Rule {number}", type=DecisionType.POLICY, effects=[])
        )
    page = web.browser("bo").read("/coop/proposals?stage=mine&kind=money")
    assert "Rule 1" not in page
    page = web.browser("bo").read("/coop/proposals?stage=mine&kind=rules")
    assert page.count("Rule ") == 4


def test_a_lapsed_member_reads_in_time_how_to_get_a_vote(web: Web) -> None:
    web.hall.add("late", covered=False)
    proposal_id = web.hall.deliberating("bo")
    page = web.browser("late").read(f"/coop/proposals/{proposal_id}")
    assert "As things are, you would not have a vote in this." in page
    web.hall.go_to(web.hall.proposal(proposal_id).opens_at)
    page = web.browser("late").read(f"/coop/proposals/{proposal_id}")
    assert "Your dues had lapsed when this vote opened." in page
    assert "Go and vote" not in page


def test_names_that_are_missing_are_counted(empty_hall: Hall) -> None:
    hall = empty_hall.found(Preset.ASSOCIATION)
    proposal_id = hall.draft("bo")
    hall.submit(proposal_id)
    hall.second(proposal_id, "cleo")
    assert hall.now - hall.proposal(proposal_id).created_at == timedelta(0)
