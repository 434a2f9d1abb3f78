"""Two real sites speak with each other: follow, post, answer, boost, like, edit, delete, letters.

One keeps its data in SQLite, the other in PostgreSQL; the story is told in both directions.
"""

from pathlib import Path
from typing import Any

import pytest

from tests.engines import copied
from tests.federation.pair import End, eventually, pair
from tests.tls import make_authority


def test_two_members_of_two_sites(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    with copied(request, "postgresql", tmp_path) as url, pair(tmp_path, ("", url)) as (ines, kim):
        follow_post_answer_and_edit(ines, kim)
        write_to_few(ines, kim)
        be_killed(ines, kim)
        delete_and_unfollow(ines, kim)


def home(end: End) -> list[Any]:
    """Return what stands in the member's home, newest first, by words and author."""
    found = end.get("/api/v1/timelines/home", limit=40)
    return [(one["account"]["acct"], one["content"], one["id"]) for one in found]


def heard(end: End, author: str, words: str) -> str:
    """Return the post of somebody elsewhere that came into the member's home."""
    posts = {(acct, content): id_ for acct, content, id_ in home(end)}
    return str(posts[author, f"<p>{words}</p>"])


def told(end: End, kind: str) -> list[Any]:
    """Return the member's notices of a kind."""
    return list(end.get("/api/v1/notifications", **{"types[]": kind}))


def follow_post_answer_and_edit(ines: End, kim: End) -> None:
    kim_here, ines_there = ines.find(kim), kim.find(ines)
    for one, other, theirs in ((ines, kim, kim_here), (kim, ines, ines_there)):
        asked = one.post(f"/api/v1/accounts/{theirs}/follow")
        assert (asked["following"], asked["requested"]) == (False, True)

        def is_following(one: End = one, theirs: str = theirs) -> None:
            [tie] = one.get("/api/v1/accounts/relationships", **{"id[]": theirs})
            assert tie["following"], tie

        eventually(is_following, one, other)
    assert [n["account"]["acct"] for n in told(kim, "follow")] == [ines.address]

    made = ines.post("/api/v1/statuses", status="The river is high")
    there = eventually(lambda: heard(kim, ines.address, "The river is high"), ines, kim)

    kim.post(f"/api/v1/statuses/{there}/favourite")
    kim.post(f"/api/v1/statuses/{there}/reblog")

    def is_marked() -> None:
        for by in ("favourited_by", "reblogged_by"):
            people = ines.get(f"/api/v1/statuses/{made['id']}/{by}")
            assert [person["acct"] for person in people] == [kim.address], by

    eventually(is_marked, ines, kim)

    kim.post("/api/v1/statuses", status=f"@{ines.address} Mind the cellar", in_reply_to_id=there)

    def is_answered() -> None:
        context = ines.get(f"/api/v1/statuses/{made['id']}/context")
        assert [one["account"]["acct"] for one in context["descendants"]] == [kim.address]

    eventually(is_answered, ines, kim)
    assert [n["account"]["acct"] for n in told(ines, "mention")] == [kim.address]

    edited = ines.client.put(f"/api/v1/statuses/{made['id']}", json={"status": "It falls"})
    assert edited.status_code == 200
    eventually(lambda: heard(kim, ines.address, "It falls"), ines, kim)


def write_to_few(ines: End, kim: End) -> None:
    for visibility, words in (("private", "For followers"), ("direct", f"@{kim.address} psst")):
        ines.post("/api/v1/statuses", status=words, visibility=visibility)

    def are_there() -> None:
        posts = kim.get(f"/api/v1/accounts/{kim.find(ines)}/statuses", limit=40)
        assert "private" in {post["visibility"] for post in posts}
        assert "direct" in {notice["status"]["visibility"] for notice in told(kim, "mention")}

    eventually(are_there, ines, kim)
    hidden = ines.post("/api/v1/statuses", status="For the house", visibility="local")
    ines.post("/api/v1/statuses", status="Afterwards")
    eventually(lambda: heard(kim, ines.address, "Afterwards"), ines, kim)
    assert "For the house" not in str(home(kim)), hidden


def be_killed(ines: End, kim: End) -> None:
    kim.site.kill()
    for number in range(5):
        ines.post("/api/v1/statuses", status=f"While you were away {number}")
    ines.site.kill()
    ines.site.start()
    kim.site.start()
    for end in (ines, kim):
        end.site.shift_clock(1_800)
    words = [f"While you were away {number}" for number in range(5)]
    for one in words:
        eventually(lambda one=one: heard(kim, ines.address, one), ines, kim)  # type: ignore[misc]
    contents = [content for _, content, _ in home(kim)]
    assert all(contents.count(f"<p>{one}</p>") == 1 for one in words)


def delete_and_unfollow(ines: End, kim: End) -> None:
    made = ines.post("/api/v1/statuses", status="A slip")
    there = eventually(lambda: heard(kim, ines.address, "A slip"), ines, kim)
    assert ines.client.delete(f"/api/v1/statuses/{made['id']}").status_code == 200

    def is_gone() -> None:
        assert kim.client.get(f"/api/v1/statuses/{there}").status_code == 404

    eventually(is_gone, ines, kim)
    kim.post(f"/api/v1/accounts/{kim.find(ines)}/unfollow")

    def is_alone() -> None:
        [tie] = ines.get("/api/v1/accounts/relationships", **{"id[]": ines.find(kim)})
        assert not tie["followed_by"]

    eventually(is_alone, ines, kim)


def test_over_https_by_a_private_authority(tmp_path: Path) -> None:
    authority = make_authority(tmp_path)
    with pair(tmp_path / "pair", ("", ""), authority=authority) as (ines, kim):
        kim.post(f"/api/v1/accounts/{kim.find(ines)}/follow")

        def is_followed() -> None:
            assert [n["account"]["acct"] for n in told(ines, "follow")] == [kim.address]

        eventually(is_followed, ines, kim)
        ines.post("/api/v1/statuses", status="By https", visibility="private")
        eventually(lambda: heard(kim, ines.address, "By https"), ines, kim)
