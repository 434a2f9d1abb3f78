"""A browser on paper: follows links and fills forms by what the page says, without JavaScript."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from httpx2 import Client, Response

VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr")
)


@dataclass
class Element:
    """An element of a page: tag, attributes, and what is inside."""

    tag: str
    attributes: dict[str, str]
    children: list["Element | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The words inside, with single blanks between them."""
        return " ".join(self._raw().split())

    def _raw(self) -> str:
        return "".join(c if isinstance(c, str) else c._raw() for c in self.children)

    @property
    def content(self) -> str:
        """What stands in it, blanks and all, as in a field of several lines."""
        return self._raw().removeprefix("\n")

    def all(self, *tags: str) -> Iterator["Element"]:
        """Yield the elements of these tags inside, in the page's order."""
        for child in self.children:
            if isinstance(child, Element):
                if child.tag in tags:
                    yield child
                yield from child.all(*tags)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("root", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        for depth in range(len(self._open) - 1, 0, -1):
            if self._open[depth].tag == tag:
                del self._open[depth:]
                return

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


def read(html: str) -> Element:
    """Return the tree of `html`."""
    reader = _Reader()
    reader.feed(html)
    return reader.root


class Paper:
    """One person's browser: its cookies, and the page in front of them."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.url = "/"
        self.status = 0
        self.html = ""
        self.page = Element("root", {})

    def open(self, url: str, *, expect: int = 200) -> "Paper":
        """Open a page, following redirects."""
        return self._show("GET", urljoin(self.url, url), expect=expect)

    def follow(self, words: str) -> "Paper":
        """Follow the first link whose words begin with `words`."""
        for link in self.page.all("a"):
            if link.text.startswith(words):
                return self.open(link.attributes["href"])
        raise AssertionError(f"no link {words!r} on {self.url}: {self.links()}")

    def links(self) -> list[str]:
        """Return the words of all links."""
        return [link.text for link in self.page.all("a")]

    def says(self, words: str) -> bool:
        """Return whether the page shows `words` (no-break spaces count as blanks)."""
        return words in self.page.text.replace("\u00a0", " ")

    def press(
        self,
        button: str,
        *,
        expect: int | Collection[int] = 200,
        also: Mapping[str, str | list[str]] | None = None,
        **filled: str | list[str],
    ) -> "Paper":
        """Fill the form that holds `button` and press it.

        A field is filled by its name (`also`: those whose names are no words of Python);
        radio buttons and boxes that are not named keep their state.
        """
        form, pressed = self._form_with(button)
        filled = {**filled, **(also or {})}
        fields = _fields(form) | filled
        known = {e.attributes.get("name") for e in form.all("input", "textarea", "select")}
        unknown = set(filled) - known
        assert not unknown, f"no field {unknown} beside {button!r}; there is {known}"
        if name := pressed.attributes.get("name"):
            fields[name] = pressed.attributes.get("value", "")
        action = pressed.attributes.get("formaction") or form.attributes.get("action") or self.url
        method = form.attributes.get("method", "get").upper()
        multipart = form.attributes.get("enctype") == "multipart/form-data"
        return self._show(
            method, urljoin(self.url, action), fields=fields, multipart=multipart, expect=expect
        )

    def _form_with(self, button: str) -> tuple[Element, Element]:
        for form in self.page.all("form"):
            for pressed in form.all("button"):
                if pressed.text.startswith(button):
                    return form, pressed
        buttons = [b.text for f in self.page.all("form") for b in f.all("button")]
        raise AssertionError(f"no button {button!r} on {self.url}: {buttons}")

    def _show(
        self,
        method: str,
        url: str,
        *,
        fields: dict[str, str | list[str]] | None = None,
        multipart: bool = False,
        expect: int | Collection[int],
    ) -> "Paper":
        headers = {"accept": "text/html", "origin": str(self.client.base_url).rstrip("/")}
        if method == "GET":
            response = self.client.get(url, params=fields, headers=headers, follow_redirects=True)
        elif multipart:
            response = self.client.post(
                url,
                data=fields,
                files={"_": ("", b"")},
                headers=headers,
                follow_redirects=True,
            )
        else:
            response = self.client.post(url, data=fields, headers=headers, follow_redirects=True)
        self.show(response)
        expected = (expect,) if isinstance(expect, int) else expect
        assert self.status in expected, f"{method} {url}: {self.status}\n{self.page.text[:2000]}"
        return self

    def show(self, response: Response) -> None:
        """Put a response in front of the reader."""
        parts = urlsplit(str(response.url))
        self.url = parts.path + (f"?{parts.query}" if parts.query else "")
        self.status, self.html = response.status_code, response.text
        self.page = read(response.text)


def _fields(form: Element) -> dict[str, str | list[str]]:
    """Return what the form sends if nothing is changed."""
    fields: dict[str, str | list[str]] = {}
    for element in form.all("input", "textarea", "select"):
        name = element.attributes.get("name")
        kind = element.attributes.get("type", "text")
        if not name or kind in ("submit", "button", "file"):
            continue
        if kind in ("radio", "checkbox"):
            if "checked" in element.attributes:
                given = fields.setdefault(name, [])
                assert isinstance(given, list)
                given.append(element.attributes.get("value", "on"))
        elif element.tag == "textarea":
            fields[name] = element.content
        elif element.tag == "select":
            chosen = [o for o in element.all("option") if "selected" in o.attributes]
            options = chosen or list(element.all("option"))[:1]
            fields[name] = [o.attributes.get("value", o.text) for o in options]
        else:
            value, before = element.attributes.get("value", ""), fields.get(name)
            several = [before] if isinstance(before, str) else before or []
            fields[name] = [*several, value] if several else value
    return fields
