"""The mixed load: people who write, vote, talk, accept and join, and a treasurer who books.

Each notes what was acknowledged to them. What was cut off is sent again if its form carries a
key, as a browser or a program would; else nobody knows whether it was done.
"""

import re
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx2

from tests.http.conftest import ticket_of
from tests.kills.town import PAYERS, TERMS_VERSION, WRITERS, Town

COOKIE = "commonhold-s"
PASSWORD = "a kettle in the reading room"
PAUSE_SECONDS = 0.02
PATIENCE_SECONDS = 120
RECEIPT = re.compile(r"/coop/votes/([0-9a-f]{64})$")


@dataclass
class Diary:
    """What one person was told, by kind, and what they never heard of again."""

    told: dict[str, list[str]] = field(default_factory=dict)
    unheard: dict[str, list[str]] = field(default_factory=dict)
    last_choice: str | None = None
    complaints: list[str] = field(default_factory=list)
    count: int = 0

    def note(self, kind: str, what: str) -> None:
        """Note that `what` was acknowledged."""
        self.told.setdefault(kind, []).append(what)
        self.count += 1

    def wonder(self, kind: str, what: str) -> None:
        """Note that nobody knows what became of it."""
        self.unheard.setdefault(kind, []).append(what)


class Person(ABC):
    """A person at the site `url`, who acts by `seed` until told to stop."""

    def __init__(self, url: str, name: str, *, seed: int) -> None:
        self.name = name
        self.diary = Diary()
        self.random = Random(seed)
        self.client = httpx2.Client(base_url=url, timeout=120)
        self.number = 0
        self._ticket: str | None = None

    @abstractmethod
    def acts(self) -> Sequence[Callable[[], None]]:
        """What they do; one that stands twice is done twice as often."""

    def run(self, stopping: threading.Event) -> None:
        """Act until told to stop; what is in hand is finished."""
        while not stopping.is_set():
            self.number += 1
            try:
                self.random.choice(self.acts())()
            except AssertionError as complaint:
                self.diary.complaints.append(f"{self.name}: {complaint}")
            stopping.wait(PAUSE_SECONDS * self.random.random())
        self.client.close()

    def word(self) -> str:
        """Return a word that nobody else uses."""
        return f"{self.name}x{self.number}x"

    def ticket(self, page: str) -> str:
        """Return the ticket of this person's forms, from a page that has one."""
        if self._ticket is None:
            answer = self.insist(lambda: self.client.get(page))
            assert answer.status_code == 200, f"{page}: {answer.status_code}"
            self._ticket = ticket_of(answer.text)
        return self._ticket

    def insist(self, send: Callable[[], httpx2.Response]) -> httpx2.Response:
        """Send until an answer comes: only what may be sent twice."""
        while (answer := self.try_once(send)) is None:
            pass
        return answer

    def try_once(self, send: Callable[[], httpx2.Response]) -> httpx2.Response | None:
        """Send once the site takes it; None if the answer never came."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return send()
            except httpx2.ConnectError:  # Nothing was sent.
                assert time.monotonic() < deadline, "the site does not come back"
                time.sleep(PAUSE_SECONDS)
            except httpx2.TransportError:
                return None

    def form(self, path: str, page: str, **fields: Any) -> Callable[[], httpx2.Response]:
        """Return the sending of a form."""
        data = {"csrf": self.ticket(page), **fields}
        return lambda: self.client.post(path, data=data)


def expect(answer: httpx2.Response, status: int) -> httpx2.Response:
    """Return the answer; it must have the status."""
    assert answer.status_code == status, f"{answer.request.url}: {answer.status_code}"
    return answer


class Writer(Person):
    """A member who posts, votes, talks and accepts."""

    def __init__(self, url: str, name: str, town: Town, *, seed: int) -> None:
        super().__init__(url, name, seed=seed)
        self.client.headers["cookie"] = f"{COOKIE}={town.cookies[name]}"
        self.town = town

    def acts(self) -> Sequence[Callable[[], None]]:
        """Mostly posts and ballots."""
        return (self.post, self.post, self.vote, self.vote, self.say, self.accept)

    def post(self) -> None:
        """Publish a post that names bo."""
        word = self.word()
        fields = {"words": f"{word} @bo", "key": word, "press": "post", "audience": "public"}
        expect(self.insist(self.form("/compose", "/compose", **fields)), 303)
        self.diary.note("post", word)

    def vote(self) -> None:
        """Cast a ballot, or exchange it."""
        path = f"/coop/proposals/{self.town.voting_id}/vote"
        choice = self.random.choice(("yes", "no", "abstain"))
        answer = expect(self.insist(self.form(path, path, choice=choice)), 303)
        found = RECEIPT.search(answer.headers["location"])
        assert found, answer.headers["location"]
        self.diary.note("ballot", found[1])
        self.diary.last_choice = choice

    def say(self) -> None:
        """Comment on a proposal; the form has no key, so that it is sent once."""
        word, path = self.word(), f"/coop/proposals/{self.town.talking_id}"
        answer = self.try_once(self.form(f"{path}/comments", path, text=word))
        if answer is None:
            self.diary.wonder("comment", word)
        else:
            expect(answer, 303)
            self.diary.note("comment", word)

    def accept(self) -> None:
        """Accept the new terms; again changes nothing."""
        path = "/coop/documents/terms/accept"
        expect(self.insist(self.form(path, path, version=str(TERMS_VERSION))), 303)
        self.diary.note("acceptance", self.name)


class Visitor(Person):
    """Somebody who signs up again and again, each time under another name."""

    def __init__(self, url: str, town: Town, *, seed: int) -> None:
        super().__init__(url, "visitor", seed=seed)
        self.documents = town.documents

    def acts(self) -> Sequence[Callable[[], None]]:
        """Join."""
        return (self.join,)

    def join(self) -> None:
        """Sign up, once for each name."""
        name = self.word()
        fields = {"username": name, "email": f"{name}@mail.example", "password": PASSWORD}
        answer = self.try_once(self.form("/join", "/join", ticked=self.documents, **fields))
        if answer is None:
            self.diary.wonder("member", name)
        else:
            expect(answer, 303)
            self.diary.note("member", name)
            self.client.cookies.delete(COOKIE)


class Treasurer(Person):
    """The program of the treasurer, which writes payments down."""

    def __init__(self, url: str, town: Town, *, seed: int) -> None:
        super().__init__(url, "ada", seed=seed)
        self.client.headers["authorization"] = f"Bearer {town.token}"
        self.today = town.hall.now.date().isoformat()

    def acts(self) -> Sequence[Callable[[], None]]:
        """Record what came."""
        return (self.record,)

    def record(self) -> None:
        """Write a payment down, with a key, until it is known to be in the books."""
        word, minor = self.word(), self.random.randrange(100, 5000)
        given = {
            "who": f"@{self.random.choice(PAYERS)}",
            "amount": {"amount": minor, "currency": "USD"},
            "received_on": self.today,
            "statement_ref": word,
        }
        headers = {"idempotency-key": word}

        def send() -> httpx2.Response:
            path = "/api/coop/v1/treasury/payments"
            return self.client.post(path, json=given, headers=headers)

        answer = expect(self.insist(send), 201)
        self.diary.note("payment", f"{word} {answer.json()['id']} {minor}")


def everybody(url: str, town: Town, *, seed: int) -> list[Person]:
    """Return all who act, each with a seed of their own."""
    writers = [Writer(url, name, town, seed=seed + n) for n, name in enumerate(WRITERS)]
    return [*writers, Visitor(url, town, seed=seed + 10), Treasurer(url, town, seed=seed + 11)]


def told(people: Sequence[Person], kind: str) -> list[str]:
    """Return all that was acknowledged of a kind."""
    return [what for person in people for what in person.diary.told.get(kind, ())]


def acknowledged(people: Sequence[Person]) -> int:
    """Return how much was acknowledged so far."""
    return sum(person.diary.count for person in people)


def unheard(people: Sequence[Person], kind: str) -> list[str]:
    """Return all of a kind of which nobody heard again."""
    return [what for person in people for what in person.diary.unheard.get(kind, ())]


def choices(people: Sequence[Person]) -> Mapping[str, str | None]:
    """Return the last choice that was acknowledged to each voter."""
    return {p.name: p.diary.last_choice for p in people if isinstance(p, Writer)}
