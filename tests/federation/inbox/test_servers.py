"""What each kind of server writes becomes a post here, which apps and pages can show."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy.orm import Session

from app.accounts.models import Account, RemoteActor
from app.federation.activitystreams.activities import read_activity
from app.federation.activitystreams.documents import Document, read_document
from app.federation.activitystreams.posts import Post, read_post
from app.federation.inbox import posts
from app.federation.inbox.desk import Desk, Wanting
from app.federation.ours import Ours
from app.text.hosts import host_of_uri
from tests.federation.reading import URLS
from tests.mastodon.apps import Site
from tests.mastodon.shapes import faults

FOLDER: Final = Path(__file__).parents[1] / "documents"


def samples() -> Iterator[Any]:
    for path in sorted(FOLDER.glob("*.json")):
        for name, sample in json.loads(path.read_text()).items():
            if sample["as"] in ("post", "activity"):
                yield pytest.param(sample, id=f"{path.stem}: {name}")


def post_in(sample: Any, site: Site) -> Post | None:
    """Return the post that a sample is or brings; None if it is about something else."""
    document: Document = read_document(json.dumps(sample["document"]).encode())
    if sample["as"] == "post":
        return read_post(document, now=site.now)
    activity = read_activity(document, now=site.now)
    return activity.objects[0].post if activity.objects else None


def settle(session: Session, uri: str, site: Site) -> Account:
    """Let the author be known here."""
    account = Account(
        username="author",
        domain=host_of_uri(uri),
        created_at=site.now,
    )
    session.add(account)
    session.flush()
    followers = f"{uri}/followers"
    session.add(
        RemoteActor(
            account_id=account.id,
            uri=uri,
            inbox=f"{uri}/inbox",
            followers=followers,
            fetched_at=site.now,
        )
    )
    session.flush()
    return account


@pytest.mark.parametrize("sample", list(samples()))
def test_a_post_of_every_server_is_kept_and_shown(site: Site, sample: Any) -> None:
    post = post_in(sample, site)
    if post is None or post.vote is not None:
        return
    with site.write() as session:
        author = settle(session, post.author, site)
        desk = Desk(session=session, now=site.now, ours=Ours(URLS))
        while True:
            try:
                kept = posts.take_in(desk, author, post, on_purpose=True)
                break
            except Wanting as want:  # What it answers cannot be had.
                brought = desk.brought.with_answer(want)
                desk = Desk(session=session, now=site.now, ours=desk.ours, brought=brought)
        assert kept is not None
        status_id, is_open = kept.id, kept.visibility.value in ("public", "unlisted")
    answer = site.program(None).get(f"/api/v1/statuses/{status_id}")
    assert (answer.status_code == 200) == is_open
    if is_open:
        shown = answer.json()
        assert faults("Status", shown) == []
        assert shown["uri"] == post.id
        assert "<script" not in shown["content"]
        assert len(shown["media_attachments"]) <= len(post.attachments)
