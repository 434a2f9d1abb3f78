"""How apps send films and sounds: 202, then 206, then 200; or 422 in plain words."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.core.runner import Runner
from app.http import media as at_the_desk
from app.main import create_app
from tests.mastodon.apps import Site
from tests.mastodon.test_posting import error, made
from tests.media.films import film_file, sound_file
from tests.media.pictures import animation, picture_file
from tests.media.test_preparing import TORN

V1, V2 = "/api/v1", "/api/v2"


def sent(app: TestClient, data: bytes, to: str = V2, **fields: Any) -> Any:
    """Send a file; return the answer."""
    return app.post(f"{to}/media", files={"file": ("x.mp4", data)}, data=fields)


def test_a_film_is_sent_waited_for_and_posted(site: Site, runner: Runner) -> None:
    ada = site.program("ada")
    answer = sent(ada, film_file(), description="A wave", focus="0.5,-0.5")
    assert answer.status_code == 202
    told = answer.json()
    assert (told["type"], told["url"], told["description"]) == ("video", None, "A wave")
    assert told["preview_url"].endswith("-small.webp")
    assert told["meta"]["focus"] == {"x": 0.5, "y": -0.5}
    one = f"{V1}/media/{told['id']}"
    assert ada.get(one).status_code == 206
    early = {"status": "Look", "media_ids": [told["id"]]}
    refusal = error(ada.post(f"{V1}/statuses", json=early), 422)
    assert refusal.startswith("Cannot attach files that have not finished processing.")
    assert site.program("bo").get(one).status_code == 404
    runner.run_until_idle()
    ready = ada.get(one)
    assert ready.status_code == 200
    film = ready.json()
    assert film["url"].endswith(".mp4")
    meta = film["meta"]
    assert meta["small"] == {"width": 64, "height": 48, "size": "64x48", "aspect": 1.333333}
    assert meta["original"].items() >= {"width": 64, "height": 48, "frame_rate": "10/1"}.items()
    assert meta["original"]["duration"] == meta["duration"]
    assert 0.95 <= meta["duration"] <= 1.1
    assert isinstance(meta["original"]["bitrate"], int)
    assert meta["length"].startswith("0:00:0")
    expected = {"fps": 10, "audio_encode": "aac (LC)", "audio_bitrate": "48000 Hz"}
    assert meta.items() >= (expected | {"audio_channels": "mono", "size": "64x48"}).items()
    assert made(ada, **early)["media_attachments"] == [film]


def test_a_sound_has_no_picture(site: Site, runner: Runner) -> None:
    ada = site.program("ada")
    told = sent(ada, sound_file(), description="A hum").json()
    assert (told["type"], told["url"], told["preview_url"], told["blurhash"]) == (
        "audio",
        None,
        None,
        None,
    )
    assert told["meta"] == {}
    runner.run_until_idle()
    sound = ada.get(f"{V1}/media/{told['id']}").json()
    assert sound["url"].endswith(".mp3")
    assert sound["meta"]["original"].keys() == {"duration", "bitrate"}
    assert sound["meta"]["audio_encode"] == "mp3"


def test_a_sound_gets_the_cover_that_is_sent_with_it_and_another_one_later(
    site: Site, runner: Runner
) -> None:
    ada, bo = site.program("ada"), site.program("bo")
    files = {"file": ("x.mp3", sound_file()), "thumbnail": ("x.png", picture_file("PNG"))}
    told = ada.post(f"{V2}/media", files=files).json()
    assert told["meta"]["small"] == {"width": 320, "height": 200, "size": "320x200", "aspect": 1.6}
    first = told["preview_url"]
    assert ada.get(first).headers["content-type"] == "image/webp"
    one, other = f"{V1}/media/{told['id']}", picture_file("JPEG", (90, 90))
    assert bo.put(one, files={"thumbnail": ("x.jpg", other)}).status_code == 404
    assert error(ada.put(one, files={"thumbnail": ("x.jpg", b"\xff\xd8\xff")}), 422)
    changed = ada.put(one, files={"thumbnail": ("x.jpg", other)}, data={"description": "A hum"})
    assert (changed.status_code, changed.json()["description"]) == (206, "A hum")
    second = changed.json()["preview_url"]
    assert first != second
    assert (ada.get(first).status_code, ada.get(second).status_code) == (404, 200)
    runner.run_until_idle()
    assert len(stored(site)) == 2
    assert ada.delete(one).status_code == 200
    runner.run_until_idle()
    assert stored(site) == []


def test_a_sound_of_a_post_gets_another_cover(site: Site, runner: Runner) -> None:
    ada, bo = site.program("ada"), site.program("bo")
    files = {"file": ("x.mp3", sound_file()), "thumbnail": ("x.png", picture_file("PNG"))}
    told = ada.post(f"{V2}/media", files=files).json()
    runner.run_until_idle()
    status = made(ada, status="Listen", media_ids=[told["id"]])
    other = made(ada, status="Another")
    first, one = told["preview_url"], f"{V1}/statuses/{status['id']}"
    assert bo.get(one).json()["media_attachments"][0]["preview_url"] == first
    form = {"status": "Listen", "media_ids[]": told["id"], "media_attributes[][id]": told["id"]}
    cover = {"media_attributes[][thumbnail]": ("x.jpg", picture_file("JPEG", (90, 90)))}
    for refused in (
        bo.put(one, data=form, files=cover),
        ada.put(f"{V1}/statuses/{other['id']}", data={**form, "media_ids[]": ""}, files=cover),
    ):
        assert error(refused, 404)
    assert bo.get(one).json()["media_attachments"][0]["preview_url"] == first
    changed = ada.put(one, data=form, files=cover).json()["media_attachments"][0]
    assert changed["preview_url"] != first
    assert changed["meta"]["small"]["size"] == "90x90"
    assert bo.get(one).json()["media_attachments"] == [changed], "what was kept is not shown"
    runner.run_until_idle()
    assert (bo.get(first).status_code, bo.get(changed["preview_url"]).status_code) == (404, 200)


def stored(site: Site) -> list[str]:
    """Return the names of all files that are kept."""
    folder = site.kernel.settings.data_dir / "media"
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_a_film_with_a_bad_cover_is_not_kept(site: Site, runner: Runner) -> None:
    files = {"file": ("x.mp4", film_file()), "thumbnail": ("x.svg", b"<svg onload='x()'/>")}
    assert "SVG" in error(site.program("ada").post(f"{V2}/media", files=files), 422)
    runner.run_until_idle()
    assert stored(site) == []


def test_a_moving_gif_becomes_a_gifv(site: Site, runner: Runner) -> None:
    ada = site.program("ada")
    answer = sent(ada, animation(4))
    assert (answer.status_code, answer.json()["type"]) == (202, "gifv")
    runner.run_until_idle()
    told = ada.get(f"{V1}/media/{answer.json()['id']}").json()
    assert told["url"].endswith(".mp4")
    assert "audio_encode" not in told["meta"]


def test_a_picture_is_done_at_once(site: Site) -> None:
    for version in (V1, V2):
        answer = sent(site.program("ada"), picture_file("PNG", (8, 8)), version)
        assert (answer.status_code, answer.json()["type"]) == (200, "image")


def test_a_torn_film_is_refused_when_it_is_found_out(site: Site, runner: Runner) -> None:
    ada = site.program("ada")
    told = sent(ada, TORN).json()
    runner.run_until_idle()
    one = f"{V1}/media/{told['id']}"
    assert "may be damaged" in error(ada.get(one), 422)
    assert "may be damaged" in error(
        ada.post(f"{V1}/statuses", json={"status": "Look", "media_ids": [told["id"]]}), 422
    )
    assert ada.delete(one).status_code == 200
    assert error(ada.get(one), 404)


def test_what_is_no_film_is_refused_at_once(site: Site) -> None:
    ada = site.program("ada")
    playlist = b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"
    assert "not a picture, a film or a sound" in error(sent(ada, playlist), 422)
    assert "may be damaged" in error(sent(ada, film_file()[:200]), 422)


def test_programs_of_old_wait_while_a_film_is_prepared(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = site.program("ada")
    monkeypatch.setattr(at_the_desk, "LOOKS", 1)
    monkeypatch.setattr(at_the_desk, "LOOK_SECONDS", 0)
    assert sent(ada, film_file(), V1).status_code == 202
    monkeypatch.setattr(at_the_desk, "LOOKS", 1_000)
    monkeypatch.setattr(at_the_desk, "LOOK_SECONDS", 0.05)
    with TestClient(create_app(site.kernel, with_worker=True)) as app:
        app.headers.update(ada.headers)
        answer = sent(app, sound_file(), V1)
        assert answer.status_code == 200
        assert answer.json()["url"].endswith(".mp3")
        assert "may be damaged" in error(sent(app, TORN, V1), 422)


def test_what_the_site_says_of_its_limits_is_true(site: Site) -> None:
    for version in (V1, V2):
        limits = site.program(None).get(f"{version}/instance").json()["configuration"]
        media = limits["media_attachments"]
        assert media["video_size_limit"] == 99 << 20
        assert (media["video_frame_rate_limit"], media["video_matrix_limit"]) == (120, 8_294_400)
        assert {"video/mp4", "video/webm", "audio/mpeg", "audio/ogg", "image/gif"} <= set(
            media["supported_mime_types"]
        )
