"""Pictures of people."""

from app.http.faces import LENT, avatar_url
from app.http.rows import focus_class


def test_faces() -> None:
    assert avatar_url(1, "media/ab/cd.webp") == "/media/ab/cd.webp"
    assert {avatar_url(n, None) for n in range(200)} == {f"/faces/{name}.svg" for name in LENT}


def test_the_point_that_stays_in_sight() -> None:
    assert focus_class(0, 0) == "at-22"
    assert focus_class(-100, 100) == "at-00"
    assert focus_class(100, -100) == "at-44"
    assert focus_class(-9999, 0) == "at-02"
