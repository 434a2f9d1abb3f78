"""A small co-op, and programs that call it with tokens."""

from dataclasses import dataclass, field
from typing import Any

from fastapi.testclient import TestClient

from app.core.crypto import hash_secret, new_secret
from app.core.kernel import Kernel
from app.main import create_app
from app.members.actor import Actor
from app.members.sessions import open_session
from app.oauth.models import AccessToken
from app.oauth.service import give_token
from tests.social import make_person

ALL = ("read", "write", "follow", "push", "profile")


@dataclass
class Site:
    """A site in this process, and the people on it by their names."""

    kernel: Kernel
    people: dict[str, Actor] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.app = create_app(self.kernel)

    def person(self, name: str, **given: Any) -> Actor:
        """Return the member of the name, who joins when first asked for."""
        if name not in self.people:
            with self.kernel.db.write.begin() as session:
                self.people[name] = make_person(session, name, **given)
        return self.people[name]

    def program(self, name: str | None, *scopes: str) -> TestClient:
        """Return a program that acts for the member; for nobody, if None."""
        client = TestClient(self.app, base_url=self.kernel.settings.base_url)
        client.headers["accept"] = "application/json"
        if name is not None:
            client.headers["authorization"] = f"Bearer {self.token(self.person(name), *scopes)}"
        return client

    def browser(self, name: str) -> TestClient:
        """Return a browser in which the member is signed in."""
        member_id = self.person(name).member_id
        with self.kernel.db.write.begin() as session:
            opened = open_session(session, member_id=member_id, label="a test", now=self.now)
        client = self.program(None)
        client.headers["accept"] = "text/html"
        client.cookies.set("__Host-s", opened.secret)
        return client

    def token(self, actor: Actor, *scopes: str) -> str:
        """Return a token that acts for the member; with every scope of apps if none is named."""
        with self.kernel.db.write.begin() as session:
            return give_token(
                session, member_id=actor.member_id, scopes=scopes or ALL, now=self.now
            )

    def application_token(self, *scopes: str) -> str:
        """Return a token of a program that acts for nobody."""
        token = new_secret()
        row = AccessToken(
            hash=hash_secret(token), scopes=" ".join(scopes or ALL), created_at=self.now
        )
        with self.kernel.db.write.begin() as session:
            session.add(row)
        return token

    @property
    def now(self) -> Any:
        """The moment at which the site's clock stands."""
        return self.kernel.clock.now()

    def write(self) -> Any:
        """Begin a transaction that writes."""
        return self.kernel.db.write.begin()
