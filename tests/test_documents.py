"""What the documents name is there: files, tests, commands, and the decisions they point to."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
TOP = {path.name for path in ROOT.iterdir()}
each_page = pytest.mark.parametrize(
    "page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES]
)


def paths(text):
    """Words in backticks that begin with something of this folder, what commands make left out."""
    for word in re.findall(r"`([\w./*<>-]+)`", text):
        first = word.split("/")[0]
        if "/" in word and first in TOP and first[0] != "." and "<" not in word:
            yield word


@each_page
def test_every_file_that_is_named_is_there(page):
    text = page.read_text("utf-8")
    missing = [word for word in paths(text) if not list(ROOT.glob(word.rstrip("/")))]
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        if "://" not in target and not (page.parent / target).exists():
            missing.append(target)
    assert not missing


@each_page
def test_every_command_that_is_named_exists(page):
    named = re.findall(r"manage\.py ([a-z_]+)", page.read_text("utf-8"))
    assert set(named) <= set(get_commands())


def test_the_operators_book_names_every_command_field_and_metric():
    """Commands of the portal, fields of /health/ that can be bad, and settings of this page."""
    book = (ROOT / "docs" / "operations.md").read_text("utf-8")
    table = book[book.index("## Commands") : book.index("## Settings")]
    ours = {
        name for name, app in get_commands().items()
        if str(app).split(".")[0] in ("bordercoop", "contactpoints", "incidents")
    }  # fmt: skip
    assert {name for name in ours - {"demo"} if f"`{name}" not in table} == set()
    from bordercoop.operations.metrics import GAUGES

    for field, (gauge, _meaning) in GAUGES.items():
        assert f"| `{field}` |" in book
        assert f"`bordercoop_{gauge}`" in book
    known = (ROOT / ".env.example").read_text()
    for setting in re.findall(r"`([A-Z]+_[A-Z_]+)(?:=\w+)?`", book):
        assert setting.removesuffix("_FILE") in known or setting == "NAME_FILE"


@each_page
def test_every_test_file_that_is_named_is_somewhere(page):
    named = set(re.findall(r"`(?:[\w/]*/)?(test_\w+\.py)`", page.read_text("utf-8")))
    known = {path.name for path in ROOT.glob("tests/**/test_*.py")}
    assert named <= known


def test_every_pinned_package_is_argued_for():
    argued = (ROOT / "docs/adr/0002-libraries.md").read_text()
    for line in (ROOT / "requirements.txt").read_text().splitlines():
        package = line.split("==")[0]
        if not line.startswith("#"):
            assert f"| `{package}`" in argued


def test_decisions_are_numbered_without_a_gap():
    numbers = [int(path.name[:4]) for path in sorted((ROOT / "docs/adr").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))


def test_readme_opens_with_the_two_commands():
    lines = [line.strip() for line in (ROOT / "README.md").read_text().splitlines() if line]
    assert lines[1].startswith("make run")
    assert lines[2].startswith("make test")
