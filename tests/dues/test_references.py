"""Payment references: a slip of the pen never names somebody else's invoice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dues.references import ALPHABET, Reference, find_references, parse_reference

REFERENCES = st.builds(Reference, st.integers(2000, 2099), st.integers(1, 32**5))


def test_it_is_short() -> None:
    assert len(str(Reference(2026, 1))) == len("CO-7F3A-26")


@given(REFERENCES)
def test_it_reads_back(reference: Reference) -> None:
    assert parse_reference(str(reference)) == reference


@given(REFERENCES)
def test_it_reads_back_however_it_was_typed(reference: Reference) -> None:
    text = str(reference)
    loose = text.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert parse_reference(f"  {loose} ") == reference
    assert parse_reference(text.replace("-", "")) == reference


@given(REFERENCES, st.data())
def test_one_wrong_sign_is_noticed(reference: Reference, data: st.DataObject) -> None:
    text = str(reference)
    places = [i for i, sign in enumerate(text) if i > 2 and sign != "-"]
    place = data.draw(st.sampled_from(places))
    is_year = place >= len(text) - 2
    others = [sign for sign in (ALPHABET[:10] if is_year else ALPHABET) if sign != text[place]]
    wrong = text[:place] + data.draw(st.sampled_from(others)) + text[place + 1 :]
    assert parse_reference(wrong) is None


@given(REFERENCES, st.data())
def test_two_neighbours_swapped_are_noticed(reference: Reference, data: st.DataObject) -> None:
    text = str(reference)
    place = data.draw(st.integers(3, text.rindex("-") - 2))
    swapped = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    if swapped != text:
        assert parse_reference(swapped) is None


NO_REFERENCE = [
    pytest.param("", id="nothing"),
    pytest.param("CO-26", id="too short"),
    pytest.param("XX-0017-26", id="another prefix"),
    pytest.param("CO-00U7-26", id="a sign that is never used"),
    pytest.param(f"{Reference(2026, 1)}9", id="a digit too many"),
    pytest.param("CO-" + "0" * 40 + "-26", id="far too long"),
]


@pytest.mark.parametrize("text", NO_REFERENCE)
def test_what_is_no_reference(text: str) -> None:
    assert parse_reference(text) is None


def test_a_reference_is_found_in_a_statement_line() -> None:
    one, two = Reference(2026, 17), Reference(2026, 40_000)
    line = f"SEPA CREDIT dues {str(one).lower()} and for Bo {str(two).replace('-', ' ')}, thanks"
    assert list(find_references(line)) == [one, two]
    assert list(find_references("TACO-0017-26 burrito co-op")) == []
