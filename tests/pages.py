"""A browser without script: it reads pages, fills in their forms and follows what they answer."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response


@dataclass
class Form:
    """A form on a page, with what stands in its fields."""

    action: str
    values: dict[str, list[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._area: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form" and values.get("method") == "post":
            self._form = Form(values.get("action", ""))
            self.forms.append(self._form)
        if self._form is None:
            return
        name = values.get("name", "")
        if name:
            self._form.names.add(name)
        if tag == "input" and name:
            self._input(self._form, name, values)
        elif tag == "textarea":
            self._area = name
            self._form.values[name] = [""]
        elif tag == "select":
            self._select = name
        elif tag == "option" and "selected" in values and self._select:
            self._form.values[self._select] = [values.get("value", "")]

    def _input(self, form: Form, name: str, values: dict[str, str]) -> None:
        is_choice = values.get("type") in ("checkbox", "radio")
        if not is_choice or "checked" in values:
            form.values.setdefault(name, []).append(values.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._form is not None and self._area is not None:
            self._form.values[self._area][0] += data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None


class Browser:
    """A person's browser; `page` is what it shows."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.page: Response | None = None

    def visit(self, path: str, *, status: int = 200) -> str:
        """Go to a page and return its text."""
        self.page = self.client.get(path)
        assert self.page.status_code == status, f"{path}: {self.page.status_code}"
        return self.page.text

    def led_to(self, path: str) -> str:
        """Go to a page that leads on, and return where to."""
        answer = self.client.get(path)
        assert answer.status_code == 303, f"{path}: {answer.status_code}"
        return answer.headers["location"]

    def form(self, action: str) -> Form:
        """Return the form of the shown page that is sent to `action`."""
        found = [form for form in self._forms() if form.action == action]
        assert found, f"no form for {action}, but {self.actions()}"
        return found[0]

    def actions(self) -> list[str]:
        """Return where the forms of the shown page are sent to."""
        return [form.action for form in self._forms()]

    def _forms(self) -> list[Form]:
        assert self.page is not None
        reader = _Forms()
        reader.feed(self.page.text)
        return reader.forms

    def send(self, action: str, /, *, status: int = 303, **changed: Any) -> Response:
        """Fill in and send a form of the shown page; return the answer, not what it leads to."""
        form = self.form(action)
        assert set(changed) <= form.names, f"no fields {set(changed) - form.names}"
        answer = self.client.post(action, data={**form.values, **changed})
        assert answer.status_code == status, f"{action}: {answer.status_code}: {answer.text}"
        self.page = answer
        return answer

    def confirm(self, password: str) -> str:
        """Give the password on the shown page that asks for it again; return where it leads."""
        return self.send("/login/confirm", current=password).headers["location"]

    def follow(self, answer: Response) -> str:
        """Go where the answer leads and return the text of that page."""
        return self.visit(answer.headers["location"])
