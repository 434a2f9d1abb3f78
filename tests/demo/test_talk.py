"""What the demo's people say: whole sentences in their languages, and seldom the same twice."""

from random import Random

import pytest

from app.demo import talk
from app.demo.people import LEAVER, RESIDENTS


@pytest.mark.parametrize("language", sorted(talk.TONGUES))
def test_every_line_can_be_filled(language: str) -> None:
    tongue = talk.TONGUES[language]
    for line in tongue.lines:
        text = talk.filled(line, Random(3), tongue)
        assert "{" not in text
        assert not text[0].islower()


def test_everybody_speaks_a_language_that_has_lines() -> None:
    assert {resident.language for resident in (*RESIDENTS, LEAVER)} == set(talk.TONGUES)


def test_what_was_said_is_not_said_again_while_there_is_something_else() -> None:
    dice, said = Random(5), set[str]()
    for _ in range(300):
        words = talk.post(dice, said=said)
        assert words not in said
        said.add(words)


def test_a_tag_is_put_behind_some_posts() -> None:
    dice = Random(1)
    texts = [talk.tagged("A kettle.", dice) for _ in range(40)]
    assert {text.partition("\n\n")[0] for text in texts} == {"A kettle."}
    assert 4 < sum("#" in text for text in texts) < 20
