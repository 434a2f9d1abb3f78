"""A program that calls the client API in the four ways in which programs send."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response

from tests.oauth.programs import DONE

HERE = "https://riverside.example"
WAYS = ("json", "form", "multipart", "query")
SCOPES = "read write follow push profile"


def bearer(token: Mapping[str, Any]) -> dict[str, str]:
    """Return the header that shows the token."""
    return {"authorization": f"Bearer {token['access_token']}"}


@dataclass
class Program:
    """A program; `made` is what it was told when it introduced itself."""

    client: TestClient
    made: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.client.headers["accept"] = "application/json"

    def send(self, way: str, path: str, sent: Mapping[str, Any], **given: Any) -> Response:
        """Post the parameters in one of the ways."""
        if way == "json":
            given["json"] = dict(sent)
        elif way == "query":
            given["params"] = dict(sent)
        elif way == "form":
            given["data"] = dict(sent)
        else:
            given["files"] = {name: (None, str(value)) for name, value in sent.items()}
        return self.client.post(path, **given)

    def register(self, scopes: str = SCOPES) -> dict[str, Any]:
        """Introduce the program as Tusk."""
        said = {"client_name": "Tusk", "redirect_uris": DONE, "scopes": scopes}
        answer = self.send("json", "/api/v1/apps", said)
        assert answer.status_code == 200, answer.text
        self.made = answer.json()
        return self.made

    def own(self, **sent: str) -> dict[str, str]:
        """Return parameters with the program's id and secret."""
        return {name: self.made[name] for name in ("client_id", "client_secret")} | sent

    def redeems(self, code: str) -> dict[str, str]:
        """Return what the program sends for a token."""
        return self.own(grant_type="authorization_code", code=code, redirect_uri=DONE)

    def own_token(self, scope: str) -> dict[str, Any]:
        """Return a token by which the program acts for nobody."""
        sent = self.own(grant_type="client_credentials", scope=scope)
        answer = self.send("form", "/oauth/token", sent)
        assert answer.status_code == 200, answer.text
        token: dict[str, Any] = answer.json()
        return token
