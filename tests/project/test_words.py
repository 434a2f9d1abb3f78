"""Translators find every text, and every text can be filled in."""

import ast
import io
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from tests.project.markup import ROOT, TEMPLATES, template_files
from tests.project.sources import PRODUCT, called, nodes_of, sources

CATALOGUES = sorted((ROOT / "app/http/locale").glob("*/LC_MESSAGES/messages.po"))
FOLDERS = sources(PRODUCT)
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "say": None}


def extracted(path: Path) -> list[Any]:
    method = "python" if path.suffix == ".py" else "jinja2.ext:babel_extract"
    options = {} if path.suffix == ".py" else {"trimmed": "true", "encoding": "utf-8"}
    found = extract_from_file(method, path, keywords=KEYWORDS, options=options)
    return [message for _line, message, _comments, _context in found]


def test_templates_and_python_are_both_read() -> None:
    assert "Skip to the content" in extracted(TEMPLATES / "base.html")
    assert "Nothing is pinned here" in extracted(ROOT / "app/http/errors.py")
    several = [m for m in extracted(TEMPLATES / "_macros/forms.html") if isinstance(m, tuple)]
    assert ("One thing to mend", "%(n)s things to mend") in several


@pytest.mark.parametrize(
    "path", template_files(), ids=lambda path: path.relative_to(TEMPLATES).as_posix()
)
def test_no_text_is_lost_on_the_way_to_the_translators(path: Path) -> None:
    source = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)
    blocks = len(re.findall(r"\{%-?\s*trans\b", source))
    calls = len(re.findall(r"\b_\(\s*[\"']", source))
    assert len(extracted(path)) == blocks + calls


def sayings(folder: str) -> Iterator[ast.Call]:
    """Yield the calls of `say` in a folder."""
    for path in FOLDERS[folder]:
        for node in nodes_of(path):
            if isinstance(node, ast.Call) and called(node) == "say" and node.args:
                yield node


@pytest.mark.parametrize("folder", FOLDERS)
def test_what_python_says_is_given_what_it_names(folder: str) -> None:
    for call in sayings(folder):
        given = {keyword.arg for keyword in call.keywords}
        if isinstance(call.args[0], ast.Constant) and None not in given:
            text = str(call.args[0].value)
            assert {name for _, name, _, _ in Formatter().parse(text) if name} == given, text


@pytest.mark.parametrize("folder", FOLDERS)
def test_only_fixed_texts_are_said(folder: str) -> None:
    """A text put together in Python cannot be found, so it cannot be translated."""
    for call in sayings(folder):
        assert not isinstance(call.args[0], ast.JoinedStr | ast.BinOp), ast.unparse(call)


def faults_of_catalogue(po: bytes) -> list[str]:
    catalog = read_po(io.BytesIO(po))
    translated = [message for message in catalog if message.id and message.string]
    return [str(message.id) for message in translated if list(message.check(catalog))]


def test_catalogues_keep_what_is_filled_in() -> None:
    bad = b'#, python-format\nmsgid "until %(day)s"\nmsgstr "bis %(tag)s"\n'
    assert faults_of_catalogue(bad) == ["until %(day)s"]
    for path in CATALOGUES:
        assert not faults_of_catalogue(path.read_bytes()), path
