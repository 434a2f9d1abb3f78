"""Emoji through the pages: added by officers, shown in posts, written by their names."""

import re

from app.members.offices import Office
from tests.media.pictures import animation, picture_file
from tests.pages import Browser
from tests.web.people.conftest import House

DESK = "/duties/emojis"


def send(browser: Browser, data: bytes, *, status: int = 303, **filled: str) -> str:
    """Fill in the form for a new emoji, with a file."""
    browser.visit(DESK)
    values = browser.form(DESK).values | filled
    files = {"picture": ("blob.png" if data else "", data, "image/png")}
    answer = browser.client.post(DESK, data=values, files=files)
    assert answer.status_code == status, answer.text
    return answer.text


def test_an_officer_adds_changes_and_removes_an_emoji(house: House) -> None:
    house.found()
    house.add("bo")
    ada, bo = house.signed_in("ada"), house.signed_in("bo")
    assert "small pictures of our own" in ada.visit("/duties")
    assert "No emoji yet" in ada.visit(DESK)
    assert "Choose a picture." in send(ada, b"", shortcode="blob", status=422)
    small = picture_file("PNG", (40, 40))
    assert "A name has" in send(ada, small, shortcode="no name", status=422)
    assert "not a picture" in send(ada, b"#!/bin/sh", shortcode="blob", status=422)
    assert "in SVG" in send(ada, b"<svg/>", shortcode="blob", status=422)
    assert "at most 256 kB" in send(ada, small + bytes(300_000), shortcode="blob", status=422)
    assert "No emoji yet" in ada.visit(DESK)
    send(ada, animation(3), shortcode=" :Blob: ", category="Cats")
    [emoji_id] = re.findall(rf"{DESK}/(\d+)", ada.visit(DESK))
    one = f"{DESK}/{emoji_id}"
    assert "/media/" in ada.client.get(f"/emojis/{emoji_id}").headers["location"]
    assert '<code dir="ltr">:blob:</code>' in ada.visit("/compose")
    ada.visit(one)
    ada.send(one, shortcode="b", status=422)
    ada.visit(one)
    ada.send(one, shortcode="blub", hidden="on")
    assert ":blub:" not in ada.visit("/compose")
    assert "not in the list" in ada.visit(DESK)
    assert bo.client.get(DESK).status_code == 403
    assert bo.client.get(one).status_code == 403
    ada.visit(one)
    ada.send(f"{one}/remove")
    assert "No emoji yet" in ada.visit(DESK)
    assert ada.client.get(f"/emojis/{emoji_id}").status_code == 404
    log = bo.visit("/coop/audit")
    for words in ("added the emoji blob", "the emoji blob, now blub", "removed the emoji blub"):
        assert f"@ada {words}" in log.replace("changed the", "the")


def test_posts_show_pictures_where_names_stand(house: House) -> None:
    house.found()
    house.add("mo", offices=(Office.MODERATOR,))
    send(house.signed_in("mo"), picture_file("PNG", (40, 40)), shortcode="blob")
    ada = house.signed_in("ada")
    ada.visit("/settings/profile")
    ada.send("/settings/profile", display_name="Ada :blob: <b>")
    ada.visit("/compose")
    ada.send("/compose", words="Tea :blob: and <script>:blob:", press="post")
    page = ada.visit("/home")
    pictures = re.findall(r'<img class="emoji" src="/media/[^"]+-small.webp" alt=":blob:"', page)
    assert len(pictures) >= 3  # In the name once or more, and in the words twice.
    assert "<script>:blob" not in page
    assert "&lt;script&gt;<img" in page
    assert "Ada <img" in ada.visit("/@ada")
    emoji_id = re.findall(rf"{DESK}/(\d+)", ada.visit(DESK))[0]
    ada.visit(f"{DESK}/{emoji_id}")
    ada.send(f"{DESK}/{emoji_id}/remove")
    assert 'class="emoji"' not in ada.visit("/home"), "what was kept is not shown again"
