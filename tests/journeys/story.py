"""What people of a co-op do from its founding to new terms, step by step, by the words on pages.

Each step is told once; who plays it (paper or a real browser) and what moves time is the stage's.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from tests.journeys.hands import Hands

PASSWORD = "a kettle in the reading room"
TITLE = "Delete what people delete"
NEW_LINE = "What you delete is gone from our backups within 14 days."
PROPOSAL = "/coop/proposals/"

# The rules of a small co-op for its terms (see `governance.presets`).
TALK_DAYS, VOTE_DAYS, CHALLENGE_DAYS, NOTICE_DAYS, GRACE_DAYS = 7, 10, 7, 14, 14


class Stage(Protocol):
    """Where a journey is made: a site, its mail, and its time."""

    def hands(self) -> Hands:
        """Return a new browser in which nobody is signed in."""
        ...

    def founding_link(self) -> str:
        """Return the path of the link that the first start prints."""
        ...

    def code_for(self, email: str) -> str:
        """Return the six digits of the newest mail to an address."""
        ...

    def pass_days(self, days: float) -> None:
        """Let time go by, and what falls due be done."""
        ...


@dataclass
class Town:
    """A co-op and its people, each with a browser of their own."""

    stage: Stage
    at: dict[str, Hands] = field(default_factory=dict)
    proposal: str = ""  # The path of the proposal that the journey is about.
    watch: Callable[[Hands, str], None] = lambda _hands, _name: None  # Called at some pages.

    def go(self, name: str, path: str) -> Hands:
        """Open a page as somebody; who was away for long signs in again."""
        hands = self.at[name].open(path)
        if hands.path.partition("?")[0] == "/login":
            hands.fill("Your name here", name).fill("Password", PASSWORD).press("Sign in")
        return hands

    def found(self, name: str = "ada") -> Hands:
        """Found the co-op by its link."""
        hands = self._enter(name)
        hands.open(self.stage.founding_link())
        self.watch(hands, "found")
        hands.fill("What is it called?", "Riverside")
        hands.fill("Where may anybody write to?", "hello@riverside.example")
        hands.fill("Your name here", name).fill("Your e-mail", f"{name}@mail.example")
        hands.fill("Password", PASSWORD)
        return hands.press("Found the co-op").sees("Riverside")

    def apply(self, name: str) -> Hands:
        """Come in from the street, as far as the queue."""
        hands = self._enter(name)
        hands.open("/").follow("Join").fill("Your name here", name)
        hands.fill("E-mail", f"{name}@mail.example").fill("Password", PASSWORD)
        hands.fill("What brings you here?", "I live at the ferry.")
        for document in ("Code of conduct", "Privacy notice", "Terms"):
            hands.tick(f"I have read and accept: {document}")
        hands.press("Send me the code").sees(f"{name}@mail.example")
        self.watch(hands, "join-confirm")
        hands.fill("The six digits", self.stage.code_for(f"{name}@mail.example"))
        return hands.press("Come in").sees("Your application is waiting")

    def admit(self, name: str, *, by: str = "ada") -> Hands:
        """Let somebody in who waits at the door."""
        officer = self.go(by, "/home").follow("My duties").follow("Applications")
        officer.sees("I live at the ferry.").press(f"Let in @{name}")
        return self.go(name, "/").sees("Co-op").misses("Sign in")

    def pledge(self, name: str, amount: str = "$12 a year") -> Hands:
        """Choose what to pay."""
        hands = self.go(name, "/settings/membership")
        return hands.tick(amount).press("Save my choice")

    def record(self, payer: str, *, by: str = "ada") -> Hands:
        """Write down money that came by hand."""
        treasurer = self.go(by, "/home").follow("My duties").follow("Treasury")
        treasurer.follow("Record a payment").fill("Whose payment is it?", f"@{payer}")
        treasurer.press("Find").sees(f"@{payer}", "open, due on")
        return treasurer.press("Write it in the books")

    def post(self, name: str, words: str, *, refused: bool = False) -> Hands:
        """Write something on home."""
        hands = self.go(name, "/home").unfold("Write something")
        return hands.fill("Your words", words).press("Post", refused=refused)

    def draft(self, name: str) -> Hands:
        """Draft a change of the terms in the form that shows the text in force."""
        hands = self.go(name, "/coop").follow("Make a proposal").follow("Our terms")
        hands.fill("Title", TITLE).fill("In plain words", "Gone should mean gone.")
        text = hands.value("The whole new text")
        assert text.startswith("#"), text[:100]
        hands.fill("The whole new text", f"{text.rstrip()}\n\n{NEW_LINE}\n")
        hands.press("Show me first").sees("A look at it", NEW_LINE)
        hands.press("Keep as a draft").sees("This is a draft")
        self.proposal = hands.path.partition("?")[0]
        assert self.proposal.startswith(PROPOSAL)
        return hands

    def submit(self, name: str) -> Hands:
        """Hand the draft in."""
        hands = self.go(name, self.proposal)
        return hands.press("Hand it in").sees("Now others must support it")

    def second(self, name: str, title: str = TITLE) -> Hands:
        """Support the proposal, so that it is talked about."""
        hands = self.go(name, "/coop").follow(title)
        return hands.press("I support it").sees("Add to the discussion").misses("I support it")

    def talk(self, name: str, words: str) -> Hands:
        """Say something about it."""
        hands = self.go(name, self.proposal).fill("Say something about this", words)
        return hands.press("Add to the discussion").sees(words)

    def vote(self, name: str, choice: str = "Yes", reason: str = "") -> Hands:
        """Go into the booth and put a paper in the box."""
        hands = self.go(name, self.proposal)
        hands.follow("Change my vote" if self._has_voted(hands) else "Go and vote")
        hands.tick(choice).fill("A short reason", reason)
        return hands.press("Put it in the box").sees("Your vote is in the box")

    def _has_voted(self, hands: Hands) -> bool:
        return not hands.shows("You have not voted yet.")

    def result(self, name: str) -> Hands:
        """Read the result."""
        return self.go(name, f"{self.proposal}/result")

    def enact(self, name: str = "ada") -> Hands:
        """Carry the order out by its one button."""
        hands = self.go(name, "/home").follow("My duties").follow("Orders")
        hands.sees(TITLE, NEW_LINE)
        return hands.press("Carry it out").sees("It is carried out")

    def accept(self, name: str) -> Hands:
        """Read what changed, and accept it."""
        hands = self.go(name, "/home").follow("Read and accept")
        return hands.sees(NEW_LINE).press("I accept version 2")

    def pass_days(self, days: float) -> None:
        """Let time go by."""
        self.stage.pass_days(days)

    def _enter(self, name: str) -> Hands:
        self.at[name] = self.stage.hands()
        return self.at[name]


def inhabit(town: Town) -> None:
    """Found the co-op; let bo and cleo join; bo pays, cleo takes a $0 place."""
    town.found()
    for name in ("bo", "cleo"):
        town.apply(name)
        town.go(name, "/coop/log").sees("Decision log")
        town.admit(name)
    town.pledge("bo").sees("$12.00 is open")
    town.record("bo")
    town.go("bo", "/settings/membership").sees("Receipt", "$12.00").misses("is open")
    town.pledge("cleo", "$0, I cannot pay now").sees("You are a full member until")


def change_terms(town: Town) -> None:
    """Bring new terms from a draft to the order that waits for the admin."""
    town.draft("bo")
    town.go("cleo", "/coop").misses(TITLE)
    town.submit("bo")
    town.second("cleo")
    town.talk("ada", "How do we empty the old disks?")
    town.go("bo", town.proposal).sees("How do we empty the old disks?")
    town.pass_days(TALK_DAYS)
    town.vote("bo", "No")
    town.vote("bo", "Yes", "I wrote it.")
    town.vote("cleo")
    town.vote("ada")
    town.go("cleo", town.proposal).sees("Your vote is in the box").misses("said yes")
    town.pass_days(VOTE_DAYS)
    town.result("cleo").sees("3 said yes", "Can be challenged")
    town.pass_days(CHALLENGE_DAYS)
    town.result("cleo").sees("Waits to be carried out by the admin")


def take_effect(town: Town) -> None:
    """Enact; the new version takes effect, and whoever does not accept it cannot post."""
    town.go("cleo", "/terms").misses(NEW_LINE)
    town.enact()
    town.go("cleo", "/terms").sees("A new version has been decided.").misses(NEW_LINE)
    town.pass_days(NOTICE_DAYS)
    town.go("cleo", "/terms").sees(NEW_LINE, "Please look at it and accept it")
    town.post("cleo", "Still free to write.").sees("Still free to write.")
    town.pass_days(GRACE_DAYS)
    town.post("cleo", "Too late.", refused=True).sees("accept our terms").misses("Posted")
    town.go("cleo", "/local").misses("Too late.")
    for path in ("/home", "/coop", town.proposal, "/settings/membership"):
        assert town.go("cleo", path).path == path
    town.go("cleo", "/settings/export").fill("Your password", PASSWORD).press("It is me")
    for path in ("/settings/export", "/settings/leave"):
        assert town.go("cleo", path).path == path
    town.accept("cleo")
    town.post("cleo", "Here again.").sees("Here again.")
