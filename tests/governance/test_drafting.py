"""What a proposal may say and do: bad input is named by its field, and nothing is stored."""

from typing import Any

import pytest
from sqlalchemy import func, select

from app.core.errors import Forbidden, Invalid
from app.instance.presets import Preset
from app.members.states import MemberState
from governance import service
from governance.models import Comment, Proposal, ProposalRevision
from governance.rules import DecisionType, Method, Secrecy
from governance.service import Draft
from governance.service.drafting import PROPOSALS_PER_DAY
from governance.service.talking import COMMENTS_PER_DAY, DEPTH_MAX
from tests.factories import NOON
from tests.governance.hall import NEW_TERMS, TERMS, Hall

POLICY: dict[str, Any] = {"type": DecisionType.POLICY, "effects": []}


def adopt(**payload: Any) -> dict[str, Any]:
    return {"kind": "document.adopt", "payload": payload}


WRONG = [
    pytest.param({"title": ""}, "title", id="no title"),
    pytest.param({"title": " \n\t "}, "title", id="a title of blanks"),
    pytest.param({"title": "x" * 201}, "title", id="a title without end"),
    pytest.param({"title": "x" * 10_000}, "title", id="a title of ten thousand"),
    pytest.param({"title": "a\0b"}, "title", id="a null byte"),
    pytest.param({"body": "ö" * 50_001}, "body", id="a text of more than 100 kB"),
    pytest.param({"body": "a\0b"}, "body", id="a null byte in the text"),
    pytest.param({"type": DecisionType.EMERGENCY, "effects": []}, "type", id="an emergency"),
    pytest.param({"type": DecisionType.POLICY}, "type", id="terms by ordinary policy"),
    pytest.param({"type": DecisionType.BYLAWS}, "type", id="terms by the rule for bylaws"),
    pytest.param(
        {"type": DecisionType.SPENDING, "effects": [], "method": Method.CONSENSUS},
        "method",
        id="a method that the rules do not have",
    ),
    pytest.param({"secrecy": Secrecy.SECRET}, "secrecy", id="secrecy that they do not have"),
    pytest.param({"supersedes": [4711]}, "supersedes", id="a decision that does not exist"),
    pytest.param({"effects": [TERMS] * 6}, "effects", id="six effects"),
    pytest.param({"effects": [{}]}, "effects", id="an empty effect"),
    pytest.param({"effects": [{"kind": "money.print", "payload": {}}]}, "effects", id="magic"),
    pytest.param({"effects": [{"kind": ["x"], "payload": {}}]}, "effects", id="a list as a kind"),
    pytest.param({"effects": [{"kind": "document.adopt"}]}, "effects", id="no payload"),
    pytest.param({"effects": [adopt(slug="terms")]}, "effects", id="no text"),
    pytest.param({"effects": [adopt(slug="rules", text="x")]}, "effects", id="another document"),
    pytest.param({"effects": [adopt(slug="terms", text=" \n")]}, "effects", id="blank terms"),
    pytest.param({"effects": [adopt(slug="terms", text="a\0")]}, "effects", id="null terms"),
    pytest.param({"effects": [adopt(slug="terms", text="x" * 100_001)]}, "effects", id="a novel"),
    pytest.param({"effects": [adopt(slug="terms", text="x", by="me")]}, "effects", id="more"),
    pytest.param({"effects": [adopt(slug="terms", text=1.5)]}, "effects", id="a number as terms"),
]


@pytest.mark.parametrize(("given", "field"), WRONG)
def test_a_wrong_draft_is_refused(hall: Hall, given: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        hall.draft(**given)
    assert field in caught.value.fields
    assert hall.scalars(select(func.count(Proposal.id))) == [0]


def test_what_changes_nothing_is_refused(hall: Hall) -> None:
    hall.enact(hall.queued())
    with pytest.raises(Invalid, match="Nothing would change"):
        hall.draft()


def test_a_proposal_must_say_something(hall: Hall) -> None:
    proposal_id = hall.draft(body="", **POLICY)
    with pytest.raises(Invalid, match="what should be done"):
        hall.submit(proposal_id)


WITHOUT_A_VOTE = [
    pytest.param({"covered": False}, "have lapsed", id="lapsed"),
    pytest.param({"covered": False, "joined_at": NOON}, "first 30 days", id="new"),
    pytest.param({"state": MemberState.SUSPENDED}, "suspended", id="suspended"),
]


@pytest.mark.parametrize(("given", "because"), WITHOUT_A_VOTE)
def test_who_has_no_vote_proposes_and_supports_nothing(
    hall: Hall, given: dict[str, Any], because: str
) -> None:
    proposal_id = hall.draft("bo")
    hall.submit(proposal_id, "bo")
    hall.add("finn", **given)
    with pytest.raises(Forbidden, match=because):
        hall.draft("finn")
    with pytest.raises(Forbidden, match=because):
        hall.second(proposal_id, "finn")


def test_five_proposals_a_day_and_no_more(hall: Hall) -> None:
    for number in range(PROPOSALS_PER_DAY):
        hall.draft("bo", title=f"Number {number}", **POLICY)
    with pytest.raises(Forbidden, match="at most 5 proposals a day"):
        hall.draft("bo", **POLICY)
    hall.draft("cleo", **POLICY)
    hall.pass_days(1)
    hall.draft("bo", **POLICY)


def test_the_first_method_and_secrecy_of_the_rule_are_the_usual_ones(empty_hall: Hall) -> None:
    hall = empty_hall.found(Preset.SOCIAL_COOP_LIKE)
    proposal = hall.proposal(hall.draft(**POLICY))
    assert (proposal.method, proposal.secrecy) == (Method.CONSENSUS, Secrecy.SEALED)
    recall = {
        "kind": "role.end",
        "payload": {"member": str(hall.members["ada"]), "office": "admin"},
    }
    # Five are too few for a secret vote, which is the usual one for a recall.
    proposal = hall.proposal(hall.draft(type=DecisionType.RECALL, effects=[recall]))
    assert proposal.secrecy is Secrecy.SEALED


def test_a_text_is_kept_in_one_spelling(hall: Hall) -> None:
    text = "\n\n# Terms\r\n\r\nCafe\u0301.\r\n\n"
    hall.draft(title="  Two\n words ", effects=[adopt(slug="terms", text=text)])
    [revision] = hall.scalars(select(ProposalRevision))
    assert revision.title == "Two words"
    assert revision.effects[0]["payload"]["text"] == "# Terms\n\nCaf\u00e9.\n"


def test_the_preview_says_what_would_change(hall: Hall) -> None:
    hall.draft()
    [revision] = hall.scalars(select(ProposalRevision))
    preview = revision.effects[0]["preview"]
    assert (preview["slug"], preview["title"], preview["version"]) == ("terms", "Terms", 2)
    assert preview["replaces"]["version"] == 1
    assert preview["accepted_by_each"] is True


ROLE = {"office": "admin"}
ROLES = [
    pytest.param("role.grant", {"member": "4711", **ROLE}, "no such member", id="nobody"),
    pytest.param("role.grant", {"member": "ada", **ROLE}, "pattern", id="a name"),
    pytest.param("role.grant", {"member": "1", "office": "king"}, "office", id="a king"),
    pytest.param("role.grant", {"member": "1", **ROLE, "days": 0}, "days", id="no days"),
    pytest.param("role.grant", {"member": "1", **ROLE, "days": 1462}, "days", id="for life"),
    pytest.param("role.end", {"member": "4711", **ROLE}, "no such member", id="nobody's end"),
]


@pytest.mark.parametrize(("kind", "payload", "because"), ROLES)
def test_a_wrong_office_is_refused(
    hall: Hall, kind: str, payload: dict[str, Any], because: str
) -> None:
    of = DecisionType.ELECTION if kind == "role.grant" else DecisionType.RECALL
    with pytest.raises(Invalid) as caught:
        hall.draft(type=of, effects=[{"kind": kind, "payload": payload}])
    assert because in caught.value.fields["effects"]


def test_who_is_not_in_office_cannot_be_recalled(hall: Hall) -> None:
    payload = {"member": str(hall.members["bo"]), "office": "admin"}
    with pytest.raises(Invalid, match="does not hold"):
        hall.draft(type=DecisionType.RECALL, effects=[{"kind": "role.end", "payload": payload}])


RULES = [
    pytest.param({"policy": {}}, "policy.threshold: is missing", id="an empty rule"),
    pytest.param({"parties": {}}, "rules", id="an unknown type"),
    pytest.param({}, "rules", id="no rule"),
]


@pytest.mark.parametrize(("rules", "because"), RULES)
def test_a_wrong_constitution_is_refused(hall: Hall, rules: dict[str, Any], because: str) -> None:
    effect = {"kind": "constitution.set", "payload": {"rules": rules}}
    with pytest.raises(Invalid) as caught:
        hall.draft(type=DecisionType.CONSTITUTION, effects=[effect])
    assert because in caught.value.fields["effects"]


def say_something(hall: Hall, proposal_id: int, name: str = "cleo", **given: Any) -> int:
    with hall.db.write.begin() as session:
        return service.comment(
            session,
            proposal_id,
            actor=hall.actor(name),
            now=hall.now,
            **({"text": "Better."} | given),
        ).id


def test_answers_go_down_to_a_depth_and_then_stand_side_by_side(hall: Hall) -> None:
    proposal_id = hall.deliberating()
    parent = None
    for _ in range(DEPTH_MAX + 3):
        parent = say_something(hall, proposal_id, parent_id=parent)
    depths = hall.scalars(select(Comment.depth).order_by(Comment.id))
    assert depths == [0, 1, 2, 3, 4, 5, 5, 5]


@pytest.mark.parametrize("text", ["", " \n ", "x" * 5001, "a\0b"])
def test_a_comment_says_something(hall: Hall, text: str) -> None:
    proposal_id = hall.deliberating()
    with pytest.raises(Invalid):
        say_something(hall, proposal_id, text=text)


def test_a_hundred_comments_a_day_and_no_more(hall: Hall) -> None:
    proposal_id = hall.deliberating()
    for _ in range(COMMENTS_PER_DAY):
        say_something(hall, proposal_id)
    with pytest.raises(Forbidden, match="at most 100"):
        say_something(hall, proposal_id)
    say_something(hall, proposal_id, "dov")


def test_who_has_no_vote_may_discuss(hall: Hall) -> None:
    proposal_id = hall.deliberating()
    hall.add("finn", covered=False)
    assert say_something(hall, proposal_id, "finn")


def test_a_revision_keeps_those_before_it(hall: Hall) -> None:
    proposal_id = hall.draft(body="First.")
    hall.revise(proposal_id, body="Second.")
    bodies = hall.scalars(select(ProposalRevision.body).order_by(ProposalRevision.number))
    assert bodies == ["First.", "Second."]


def test_a_draft_carries_no_more_than_its_author_wrote() -> None:
    draft = Draft(DecisionType.POLICY, "Quiet Sundays")
    assert (draft.effects, draft.method, draft.secrecy) == ((), None, None)
    assert NEW_TERMS.endswith("\n")
