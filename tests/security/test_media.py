"""MEDIA: files that people send. The cases that tests of the packages hold stand in `cases`."""

import re
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.media.kinds import MediaKind
from app.media.models import MediaFile
from app.members.service import restore, suspend
from tests.factories import NOON
from tests.governance.web import SQLITE
from tests.mastodon.apps import Site
from tests.mastodon.test_posting import error, made
from tests.media.pictures import picture_file

STORED = re.compile(r"media/[0-9a-f]{2}/[0-9a-f]{38}(-small[0-9]*)?")
NAMES = [
    pytest.param(b"../../x.png", id="a way up"),
    pytest.param(b"a\0b.png", id="a NUL"),
    pytest.param(b"CON", id="a device"),
    pytest.param(b"x" * 300 + b".png", id="a very long one"),
    pytest.param("\u202egnp.exe".encode(), id="right to left"),
    pytest.param(b".htaccess", id="a file that servers read"),
    pytest.param(b"\xff\xfe.svg", id="bytes that are no text"),
]


@pytest.fixture
def site(kernel: Any) -> Site:
    """A site without anybody on it yet."""
    return Site(kernel)


def send(app: TestClient, **form: Any) -> Any:
    """Send a small picture; return what is told of it."""
    files = {"file": ("x.png", picture_file("PNG", (32, 32)))}
    answer = app.post("/api/v2/media", files=files, data=form)
    assert answer.status_code == 200, answer.text
    return answer.json()


@SQLITE
@pytest.mark.parametrize("name", NAMES)
def test_83_what_a_file_is_called_is_kept_nowhere(site: Site, name: bytes) -> None:
    head = b'--x\r\ncontent-disposition: form-data; name="file"; filename="' + name + b'"\r\n'
    body = head + b"content-type: text/html\r\n\r\n" + picture_file("PNG", (32, 32)) + b"\r\n--x--"
    ada = site.program("ada")
    kind = {"content-type": "multipart/form-data; boundary=x"}
    answer = ada.post("/api/v2/media", content=body, headers=kind)
    assert answer.status_code == 200, answer.text
    url = answer.json()["url"]
    assert re.fullmatch(r"https://riverside\.example/" + STORED.pattern + r"\.png", url)
    picture = site.program(None).get(url)
    assert picture.headers["content-type"] == "image/png"
    assert picture.headers["content-disposition"] == "inline"
    root = site.kernel.settings.data_dir / "media"
    files = [str(f.relative_to(root)) for f in root.rglob("*") if f.is_file()]
    assert len(files) == 2
    assert [file for file in files if not STORED.fullmatch(file)] == []


@SQLITE
def test_85_only_what_is_ones_own_and_free_can_be_posted(site: Site) -> None:
    ada, bo = site.program("ada"), site.program("bo")
    deleted = send(ada)["id"]
    assert ada.delete(f"/api/v1/media/{deleted}").status_code == 200
    used = send(ada)["id"]
    status = made(ada, status="Look", media_ids=[used])
    worn = {"avatar": ("a.png", picture_file("PNG", (400, 400)))}
    assert ada.patch("/api/v1/accounts/update_credentials", files=worn).status_code == 200
    with site.write() as session:
        avatar = session.scalar(select(MediaFile.id).where(MediaFile.kind == MediaKind.AVATAR))
    cases = {
        "another member's": send(bo)["id"],
        "used already": used,
        "deleted": deleted,
        "a face": str(avatar),
        "a post": status["id"],
        "a person": status["account"]["id"],
        "nothing": "4242",
    }
    told = set()
    for name, media_id in cases.items():
        mine = send(ada)["id"]
        for media_ids in ([media_id], [mine, media_id]):
            answer = ada.post("/api/v1/statuses", json={"status": "x", "media_ids": media_ids})
            told.add((name, error(answer, 422)))
    assert len({words for _, words in told}) == 1, "nobody learns what there is of others"
    assert len(ada.get(f"/api/v1/accounts/{status['account']['id']}/statuses").json()) == 1


def test_86_files_of_who_is_suspended_are_gone_and_come_back(site: Site) -> None:
    ada, visitor = site.program("ada"), site.program(None)
    picture = send(ada)
    made(ada, status="Look", media_ids=[picture["id"]])
    addresses = (picture["url"], picture["preview_url"])
    for change, status in ((suspend, 404), (restore, 200)):
        with site.write() as session:
            change(session, member_id=site.person("ada").member_id, now=NOON)
        assert [visitor.get(url).status_code for url in addresses] == [status, status]


@SQLITE
def test_91_words_about_a_picture_are_text_within_their_limit(site: Site) -> None:
    told = send(site.program("ada"), description="<b>x</b>\0" + "y" * 10_000)
    assert len(told["description"]) == 1500
    assert told["description"].startswith("<b>x</b>")
