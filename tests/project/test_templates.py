"""Templates: every one parses, speaks only translated words, runs nothing, and finds its files."""

import ast
import hashlib
import re
from pathlib import Path

import jinja2.nodes
import pytest
from jinja2 import Environment, FileSystemLoader

from app.http.statics import FOLDER, read_statics
from tests.project.markup import (
    ROOT,
    TEMPLATES,
    flattened,
    has_words,
    name_of,
    read,
    shown,
    template_files,
)

HTML = template_files()
LETTERS = template_files("mail/*.txt")
ENVIRONMENT = Environment(
    loader=FileSystemLoader(TEMPLATES), extensions=["jinja2.ext.i18n"], autoescape=True
)
STATICS = read_statics()
ICONS = set(re.findall(r'<symbol id="([^"]+)"', (FOLDER / "icons.svg").read_text()))
# Not words of ours for what a person meets: see the vocabulary in docs/web.md.
FORBIDDEN = re.compile(
    r"\b(instances?|servers?|federat\w+|activitypub|decentrali[sz]ed|handles?|waivers?"
    r"|local timeline|toots?)\b",
    re.IGNORECASE,
)
HTMX = "71ea67185bfa8c98c39d31717c6fce5d852370fcdfd129db4543774d3145c0de"
each = pytest.mark.parametrize("path", HTML, ids=name_of)


@pytest.mark.parametrize("path", [*HTML, *LETTERS], ids=name_of)
def test_it_parses(path: Path) -> None:
    ENVIRONMENT.parse(path.read_text())


@each
def test_no_word_escapes_the_translators(path: Path) -> None:
    seen = read(flattened(path.read_text(), ENVIRONMENT, with_words=False))
    bare = [text.strip() for text in shown(seen) if has_words(text)]
    assert not bare
    tree = ENVIRONMENT.parse(path.read_text())
    assert not list(_untranslated_constants(tree, is_translated=False))


def _untranslated_constants(node: jinja2.nodes.Node, *, is_translated: bool) -> list[str]:
    """Return sentences that are written as they are, outside of a call to gettext."""
    callee = node.node if isinstance(node, jinja2.nodes.Call) else None
    if isinstance(callee, jinja2.nodes.Name) and callee.name in ("_", "gettext", "ngettext"):
        is_translated = True
    found = []
    if isinstance(node, jinja2.nodes.Const) and isinstance(node.value, str) and not is_translated:
        is_sentence = re.search(r"\b[A-Z][a-z]+|[a-z]+ [a-z]+ [a-z]+ [a-z]+", node.value)
        is_markup = node.value.lstrip().startswith(("#", ".", "/"))
        if is_sentence and not is_markup:
            found.append(node.value)
    for child in node.iter_child_nodes():
        found += _untranslated_constants(child, is_translated=is_translated)
    return found


@each
def test_nothing_runs_that_is_not_a_file_of_ours(path: Path) -> None:
    seen = read(flattened(path.read_text(), ENVIRONMENT, with_words=True))
    for tag, values in seen.tags:
        assert tag != "style", "styles live in the style sheet"
        assert tag != "script" or "src" in values, "scripts live in files"
        for name, value in values.items():
            assert name != "style", f"{tag} has a style of its own"
            assert not name.startswith(("on", "hx-on")), f"{tag} has a handler"
            assert "javascript:" not in value.lower()
            assert not value.startswith("js:")


@each
def test_words_are_those_of_the_house(path: Path) -> None:
    seen = read(flattened(path.read_text(), ENVIRONMENT, with_words=True))
    assert not [text for text in shown(seen) if FORBIDDEN.search(text)]


@each
def test_every_icon_and_file_is_there(path: Path) -> None:
    source = path.read_text()
    assert set(re.findall(r"""icon\(\s*["']([\w-]+)["']""", source)) <= ICONS
    assert set(re.findall(r"""icons\.svg['"]\)\s*\}\}#([\w-]+)""", source)) <= ICONS
    assert set(re.findall(r"""static\(\s*["']([^"']+)["']""", source)) <= set(STATICS.files)


@each
def test_every_form_that_changes_something_has_its_ticket(path: Path) -> None:
    source = path.read_text()
    for form in re.findall(r"<form\b.*?</form>", source, re.DOTALL):
        is_post = re.search(r'method="post"', form.partition(">")[0], re.IGNORECASE)
        # A form that carries an answer to a program gives no ticket of ours away.
        is_ours = 'action="{{ to }}"' not in form or path.parts[-2] == "_macros"
        assert (bool(is_post) and is_ours) == ("csrf()" in form), form[:120]


@each
def test_every_picture_has_its_words_and_every_field_its_label(path: Path) -> None:
    seen = read(flattened(path.read_text(), ENVIRONMENT, with_words=True))
    labels = {values.get("for") for tag, values in seen.tags if tag == "label"}
    for tag, values in seen.tags:
        assert tag != "img" or "alt" in values
        is_field = tag in ("input", "select", "textarea") and values.get("id")
        if is_field and values.get("type") not in ("hidden", "checkbox", "radio", "submit"):
            assert values["id"] in labels or "aria-label" in values, values["id"]


def said_in_python() -> list[tuple[str, str]]:
    """Return every text given to `say`, with the file that says it."""
    found = []
    for package in ("app", "governance", "dues"):
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "say" and node.args:
                    text = node.args[0]
                    if isinstance(text, ast.Constant):
                        found.append((path.relative_to(ROOT).as_posix(), str(text.value)))
    return found


def test_python_speaks_the_words_of_the_house() -> None:
    assert not [(path, text) for path, text in said_in_python() if FORBIDDEN.search(text)]


def test_python_names_only_icons_that_there_are() -> None:
    for package in ("app", "governance", "dues"):
        for path in sorted((ROOT / package).rglob("*.py")):
            named = re.findall(r"""\b(?:icon|sign)\s*=\s*"([a-z][\w-]+)\"""", path.read_text())
            assert set(named) <= ICONS, path


def test_the_script_is_the_published_one() -> None:
    """Source: htmx.org 2.0.10 on npm, dist/htmx.min.js; licence 0BSD beside it."""
    assert hashlib.sha256((FOLDER / "htmx.min.js").read_bytes()).hexdigest() == HTMX
    assert (FOLDER / "htmx.LICENSE").is_file()


def test_a_first_view_is_light() -> None:
    names = ("commonhold.css", "htmx.min.js", "js/commonhold.js")
    packed = sum(len(STATICS.files[name].packed or b"") for name in names)
    assert packed <= 60 * 1024


def test_the_style_sheet_finds_its_files() -> None:
    css = (FOLDER / "commonhold.css").read_text()
    for name in re.findall(r"""url\(["']?([^"')]+)""", css):
        assert name in STATICS.files, name
    assert not re.search(r'content:\s*"[^"]*[a-zA-Z]', css.replace('"\\200b"', '""')), (
        "words in a style sheet cannot be translated"
    )


def test_the_checks_can_fail() -> None:
    bad = '<p onclick="x()" style="a">Hello <img src="x">{% trans %}ok{% endtrans %}</p>'
    seen = read(flattened(bad, ENVIRONMENT, with_words=False))
    assert [text.strip() for text in shown(seen) if has_words(text)] == ["Hello"]
    names = {name for _, name, _ in seen.attributes}
    assert {"onclick", "style"} <= names
    assert FORBIDDEN.search("this instance")
    tree = ENVIRONMENT.parse('{{ note("Be careful.") }}{{ note(_("Be careful.")) }}')
    assert _untranslated_constants(tree, is_translated=False) == ["Be careful."]
