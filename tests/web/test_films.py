"""Films and sounds through the pages, without a script: sent, prepared, described, posted."""

from app.core.runner import Runner
from tests.media.films import film_file, sound_file
from tests.media.pictures import animation
from tests.media.test_preparing import TORN
from tests.paper import Paper
from tests.web.test_posting import Enter, enter

__all__ = ("enter",)


def send(reader: Paper, data: bytes, words: str = "Look", press: str = "post") -> Paper:
    """Fill in the composer with a file and press its button."""
    reader.open("/compose")
    ticket = next(i for i in reader.page.all("input") if i.attributes.get("name") == "csrf")
    response = reader.client.post(
        "/compose",
        data={"csrf": ticket.attributes["value"], "words": words, "press": press},
        files={"pictures": ("x.mp4", data, "video/mp4")},
        headers={"origin": "https://riverside.example", "accept": "text/html"},
    )
    assert response.status_code == 200
    reader.show(response)
    return reader


def test_a_film_is_prepared_while_its_sender_goes_on_writing(enter: Enter, runner: Runner) -> None:
    ada = send(enter("ada"), film_file())
    assert ada.says("A film or a sound is being prepared. Press the button again in a moment.")
    assert ada.says("Film 1")
    assert ada.says("Go on writing.")
    assert "<video" not in ada.html
    ada.press("Is it ready?", words="Look at the river")
    assert ada.says("Go on writing.")
    runner.run_until_idle()
    ada.press("Is it ready?")
    assert ada.says("It is ready.")
    [media] = [i for i in ada.page.all("input") if i.attributes.get("name") == "media"]
    ada.press("Post", also={f"description-{media.attributes['value']}": "Waves at the weir"})
    assert ada.says("Your post is out.")
    assert ada.says("Look at the river")
    [film] = ada.page.all("video")
    assert film.attributes["aria-label"] == "Waves at the weir"
    assert film.attributes["poster"].endswith("-small.webp")
    assert {"controls", "playsinline"} <= film.attributes.keys()
    assert not {"autoplay", "loop", "muted"} & film.attributes.keys()
    assert film.attributes["preload"] == "none"


def test_a_moving_picture_moves_when_it_is_asked_to(enter: Enter, runner: Runner) -> None:
    ada = send(enter("ada"), animation(3), press="add")
    runner.run_until_idle()
    ada.press("Post")
    ada.press("Post without a description")
    [film] = ada.page.all("video")
    assert {"controls", "muted", "loop"} <= film.attributes.keys()
    assert "autoplay" not in film.attributes


def test_a_sound_is_heard_on_the_page_and_described(enter: Enter, runner: Runner) -> None:
    ada = send(enter("ada"), sound_file(cover=True))
    assert ada.says("Sound 1")
    runner.run_until_idle()
    ada.press("Is it ready?")
    assert ada.says("What is to be heard?")
    assert "<audio" in ada.html
    ada.press("Post")
    assert ada.says("has no description")
    ada.press("Post without a description")
    [sound] = ada.page.all("audio")
    assert sound.attributes["src"].endswith(".mp3")
    assert "controls" in sound.attributes
    assert 'class="sleeve"' in ada.html


def test_a_torn_film_is_told_of_and_left_out(enter: Enter, runner: Runner) -> None:
    ada = send(enter("ada"), TORN, words="Look")
    runner.run_until_idle()
    ada.press("Post")
    assert ada.says("It may be damaged")
    assert ada.says("It is left out of your post")
    ada.press("Post")
    assert ada.says("Your post is out.")
    assert "<video" not in ada.html
