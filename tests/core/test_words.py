"""Text for people remembers how to be translated."""

from app.core.words import say


def german(message_id: str) -> str:
    return {
        "You need {names}.": "Du brauchst {names}.",
        "{number} names": "{number} Namen",
    }.get(message_id, message_id)


def test_words_read_as_english_and_translate_with_their_parts() -> None:
    words = say("You need {names}.", names=say("{number} names", number=3))
    assert words == "You need 3 names."
    assert words.translated(german) == "Du brauchst 3 Namen."


def test_words_without_a_translation_stay_english() -> None:
    assert (
        say("Nobody said {what}.", what="{braces}").translated(german) == "Nobody said {braces}."
    )
