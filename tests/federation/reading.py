"""Another site, as far as it reads ours."""

from typing import Any, Final

from fastapi.testclient import TestClient
from httpx2 import Response

from app.http.urls import Urls
from tests.mastodon.apps import Site

BASE: Final = "https://riverside.example"
ACTIVITY: Final = "application/activity+json"
LINKED: Final = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
URLS: Final = Urls(BASE)


class Reader:
    """Asks for documents, and follows nothing by itself."""

    def __init__(self, site: Site) -> None:
        self.client = TestClient(site.app, base_url=BASE, follow_redirects=False)

    def get(self, url: str, accept: str = ACTIVITY, **headers: str) -> Response:
        """Ask for something."""
        return self.client.get(url, headers={"accept": accept} | headers)

    def read(self, url: str) -> Any:
        """Return a document, which is there and says the id that was asked for."""
        answer = self.get(url)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/activity+json; charset=utf-8"
        values = answer.json()
        assert values["id"] in (url, f"{BASE}{url}")
        return values

    def finger(self, resource: str) -> Response:
        """Ask whom an address or a link means."""
        return self.client.get("/.well-known/webfinger", params={"resource": resource})
