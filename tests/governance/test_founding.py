"""How a co-op begins: documents, constitution, and the first entry of the log."""

import re

import pytest

from app.instance.presets import Preset
from app.members.consent import may_post, missing
from governance import queries
from governance.constitution import rules_at
from governance.founding import FIRST, first_text
from governance.models.law import Slug
from governance.presets import constitution_of
from governance.rules import DecisionType, RuleSet
from governance.seals import Kind
from tests.governance.hall import Hall

FORBIDDEN = ("instance", "server", "waiver", "local timeline", "federat", "{", "}")


@pytest.mark.parametrize("preset", Preset)
def test_the_constitution_comes_of_the_preset(empty_hall: Hall, preset: Preset) -> None:
    hall = empty_hall.found(preset)
    with hall.db.read.begin() as session:
        rules = rules_at(session, at=hall.now)
    assert {kind: RuleSet.load(row.rule) for kind, row in rules.items()} == dict(
        constitution_of(preset)
    )
    assert set(rules) == set(DecisionType)


def test_four_documents_are_in_force_from_the_first_moment(hall: Hall) -> None:
    with hall.db.read.begin() as session:
        documents = queries.document_views(session, now=hall.now)
    assert [one.slug for one in documents] == list(FIRST)
    for one in documents:
        assert (one.version, one.decision, one.is_in_force) == (1, "founding", True)
        assert "Riverside" in one.text
    assert "hello@riverside.example" in documents[2].text


def test_the_founder_has_accepted_what_they_brought(hall: Hall) -> None:
    with hall.db.read.begin() as session:
        assert may_post(session, hall.members["ada"], hall.now)
        theirs = missing(session, hall.members["bo"], at=hall.now)
    assert [one.slug for one in theirs] == ["code-of-conduct", "privacy", "terms"]


def test_the_log_begins_with_the_founding(hall: Hall) -> None:
    [first] = hall.log()
    assert (first.seq, first.kind) == (1, Kind.FOUNDED)
    assert set(first.payload["documents"]) == {slug.value for slug in FIRST}
    assert set(first.payload["rules"]) == {kind.value for kind in DecisionType}
    hall.check_chains()


@pytest.mark.parametrize("slug", FIRST)
def test_the_first_texts_are_plain_and_short(slug: Slug) -> None:
    text = first_text(slug, coop="Riverside", contact="hello@riverside.example")
    assert text.startswith("# ")
    assert not [word for word in FORBIDDEN if word in text.lower()]
    assert len(text.split()) < 900
    prose = "\n".join(line for line in text.splitlines() if not line.startswith("|"))
    sentences = re.split(r"[.:?!]\s", re.sub(r"[#*-]", " ", prose))
    words = [len(sentence.split()) for sentence in sentences if sentence.split()]
    assert sum(words) / len(words) < 20


def test_a_coop_without_an_address_names_its_admins() -> None:
    text = first_text(Slug.PRIVACY, coop="Riverside", contact="")
    assert "Write to the admins." in text
