"""A person's hands: they use a site by the words on its labels, links and buttons.

The same journey is made on paper (HTTP, both databases) and in a real browser.
"""

from dataclasses import dataclass, field
from typing import Protocol, Self

from tests.paper import Element, Paper


class Hands(Protocol):
    """Somebody's browser. Words are those at the beginning of a label, a link or a button."""

    def open(self, path: str) -> Self:
        """Type an address."""
        ...

    def follow(self, words: str) -> Self:
        """Follow a link."""
        ...

    def unfold(self, words: str) -> Self:
        """Open what is folded behind some words."""
        ...

    def fill(self, label: str, text: str) -> Self:
        """Write into a field, in place of what is in it."""
        ...

    def tick(self, label: str) -> Self:
        """Choose one answer, or tick a box."""
        ...

    def value(self, label: str) -> str:
        """Return what stands in a field."""
        ...

    def press(self, button: str, *, refused: bool = False) -> Self:
        """Press a button, and read the page that it leads to."""
        ...

    def shows(self, words: str) -> bool:
        """Return whether the page shows the words."""
        ...

    def sees(self, *words: str) -> Self:
        """Fail unless the page shows all of the words."""
        ...

    def misses(self, *words: str) -> Self:
        """Fail if the page shows one of the words."""
        ...

    @property
    def path(self) -> str:
        """Where the page is."""
        ...


REFUSED = (403, 409, 422)


@dataclass
class PaperHands:
    """Hands over HTTP, without a script and without a screen."""

    paper: Paper
    _filled: dict[str, str | list[str]] = field(default_factory=dict)

    def open(self, path: str) -> Self:
        """Type an address."""
        self.paper.open(path)
        return self

    def follow(self, words: str) -> Self:
        """Follow a link."""
        self.paper.follow(words)
        return self

    def unfold(self, words: str) -> Self:
        """Make sure that the fold is there; on paper everything lies open."""
        assert any(one.text.startswith(words) for one in self.paper.page.all("summary")), words
        return self

    def fill(self, label: str, text: str) -> Self:
        """Write into a field, in place of what is in it."""
        self._filled[self._field(label).attributes["name"]] = text
        return self

    def tick(self, label: str) -> Self:
        """Choose one answer, or tick a box."""
        box = self._field(label).attributes
        chosen = self._filled.get(box["name"], [])
        assert isinstance(chosen, list)
        others = chosen if box["type"] == "checkbox" else []
        self._filled[box["name"]] = [*others, box.get("value", "on")]
        return self

    def value(self, label: str) -> str:
        """Return what stands in a field."""
        found = self._field(label)
        return found.attributes.get("value", "") if found.tag == "input" else found.content

    def press(self, button: str, *, refused: bool = False) -> Self:
        """Press a button, and read the page that it leads to."""
        filled, self._filled = self._filled, {}
        self.paper.press(button, expect=REFUSED if refused else (200,), also=filled)
        return self

    def shows(self, words: str) -> bool:
        """Return whether the page shows the words."""
        return self.paper.says(words)

    def sees(self, *words: str) -> Self:
        """Fail unless the page shows all of the words."""
        for one in words:
            assert self.paper.says(one), f"no {one!r} on {self.path}: {self.paper.page.text}"
        return self

    def misses(self, *words: str) -> Self:
        """Fail if the page shows one of the words."""
        for one in words:
            assert not self.paper.says(one), f"{one!r} on {self.path}"
        return self

    @property
    def path(self) -> str:
        """Where the page is."""
        return self.paper.url

    def _field(self, words: str) -> Element:
        page = self.paper.page
        for label in page.all("label"):
            if label.text.startswith(words):
                named = label.attributes.get("for")
                fields = (page if named else label).all("input", "textarea", "select")
                found = [one for one in fields if not named or one.attributes.get("id") == named]
                return found[0]
        raise AssertionError(f"no label {words!r} on {self.path}")
