"""Cards as apps get them and as pages show them."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.core.kernel import Kernel
from app.instance.models import Coop
from app.media.remote.addresses import Variant, proxied
from app.media.remote.queries import StoredRemote
from app.statuses.cards.models import StatusCard
from app.statuses.cards.service import Found, fill_card
from app.statuses.service.boost import boost_status
from app.statuses.visibility import Visibility
from app.text.preview import Preview
from tests.engines import copy_sqlite
from tests.factories import NOON
from tests.mastodon.apps import Site
from tests.mastodon.shapes import faults
from tests.social import post
from tests.web.conftest import coop as coop

LINK = "https://harbour.example/ferry"
IMAGE = "https://harbour.example/ferry.png"
FOUND = Found(
    "harbour.example",
    Preview(
        title="Ferry <times>",
        description="Every crossing",
        language="en",
        site_name="Harbour",
        author_name="Noor",
        published_at=datetime(2026, 10, 25, tzinfo=UTC),
        image_url=IMAGE,
        image_description="A ferry",
    ),
    StoredRemote(1, "remote/aa/b", "image/png", (640, 480), True, "LEHV6nWB", NOON.date()),
)


@pytest.fixture
def database_url(sqlite_template: str, tmp_path: Path) -> str:
    """SQLite: what is stored is tested on both beside."""
    return copy_sqlite(sqlite_template, tmp_path)


@pytest.fixture
def site(kernel: Kernel, coop: Coop) -> Site:
    return Site(kernel)


def published(
    site: Site, text: str = f"Look: {LINK}", found: Found | None = FOUND, **given: Any
) -> int:
    """Publish a post of Ada's whose page was asked already; return its id."""
    with site.write() as session:
        status = post(session, site.person("ada"), text, **given)
        session.flush()
        linked = session.get(StatusCard, status.id)
        if linked is not None and found is not None:
            fill_card(session, linked.card_id, found, now=NOON)
        return status.id


def test_apps_get_the_card_in_the_post(site: Site) -> None:
    status_id = published(site)
    program = site.program("bo")
    told = program.get(f"/api/v1/statuses/{status_id}").json()["card"]
    assert faults("PreviewCard", told) == []
    assert told == {
        "url": LINK,
        "title": "Ferry <times>",
        "description": "Every crossing",
        "language": "en",
        "type": "link",
        "authors": [{"name": "Noor", "url": "", "account": None}],
        "author_name": "Noor",
        "author_url": "",
        "provider_name": "Harbour",
        "provider_url": "https://harbour.example/",
        "html": "",
        "width": 640,
        "height": 480,
        "image": "https://riverside.example"
        + proxied(site.kernel.keyring, IMAGE, Variant.PICTURE),
        "image_description": "A ferry",
        "embed_url": "",
        "blurhash": "LEHV6nWB",
        "published_at": "2026-10-25T00:00:00.000Z",
    }
    assert program.get(f"/api/v1/statuses/{status_id}/card").json() == told
    with site.write() as session:
        boost = boost_status(session, site.person("bo"), status_id, now=NOON)
    boosted = program.get(f"/api/v1/statuses/{boost.id}").json()
    assert boosted["reblog"]["card"] == boosted["card"] == told
    assert program.get(f"/api/v1/statuses/{boost.id}/card").json() == told


def test_a_post_that_was_shown_before_is_shown_with_its_card_now(site: Site) -> None:
    status_id = published(site, found=None)
    program = site.program("bo")
    assert program.get(f"/api/v1/statuses/{status_id}").json()["card"] is None
    assert program.get(f"/api/v1/statuses/{status_id}/card").json() == {}
    with site.write() as session:
        card_id = session.get_one(StatusCard, status_id).card_id
        fill_card(session, card_id, FOUND, now=NOON)
    assert program.get(f"/api/v1/statuses/{status_id}").json()["card"]["title"] == "Ferry <times>"


def test_a_page_without_a_title_is_no_card(site: Site) -> None:
    status_id = published(site, found=Found("harbour.example", Preview(description="x")))
    assert site.program("bo").get(f"/api/v1/statuses/{status_id}").json()["card"] is None


def test_a_card_of_what_one_may_not_see_is_not_there(site: Site) -> None:
    status_id = published(site, visibility=Visibility.DIRECT)
    assert site.program("bo").get(f"/api/v1/statuses/{status_id}/card").status_code == 404


def test_a_filter_looks_at_the_title_of_the_card(site: Site) -> None:
    program = site.program("bo")
    made = program.post(
        "/api/v2/filters",
        json={
            "title": "boats",
            "context": ["public"],
            "keywords_attributes": [{"keyword": "ferry", "whole_word": False}],
        },
    )
    assert made.status_code == 200
    status_id = published(site, "Look: https://harbour.example/x")
    told = program.get(f"/api/v1/statuses/{status_id}").json()
    assert [one["filter"]["title"] for one in told["filtered"]] == ["boats"]


@pytest.fixture
def visitor(site: Site) -> TestClient:
    return TestClient(
        site.app, base_url="https://riverside.example", headers={"accept": "text/html"}
    )


def test_pages_show_the_card_and_load_nothing_from_elsewhere(
    site: Site, visitor: TestClient
) -> None:
    status_id = published(site)
    page = visitor.get(f"/@ada/{status_id}").text
    card = page.partition('<a class="preview"')[2].partition("</a>")[0]
    assert f'href="{LINK}"' in card
    assert 'rel="nofollow noopener noreferrer"' in card
    assert "harbour.example" in card
    assert "Ferry &lt;times&gt;" in card
    small = proxied(site.kernel.keyring, IMAGE, Variant.SMALL)
    assert f'<img src="{small}" alt="A ferry"' in card
    assert IMAGE not in page


def test_a_picture_that_not_everybody_wants_to_see_stays_folded(
    site: Site, visitor: TestClient
) -> None:
    page = visitor.get(f"/@ada/{published(site, sensitive=True)}").text
    card = page.partition('<a class="preview"')[2].partition("</a>")[0]
    assert "Ferry" in card
    assert "<img" not in card
