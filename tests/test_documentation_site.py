"""The documentation as a site: built from docs/ and the code, whole, with nothing from elsewhere, searched from a folder."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

import site_reference
import xlsync
from tests.made_once import made_once

ROOT = Path(__file__).parents[1]
GUIDES = [ROOT / "README.md", ROOT / "docs/tutorial.md", *sorted((ROOT / "docs/ja").glob("*.md"))]
OUTSIDE = re.compile(r"""<(?:script|img|iframe|link)\b[^>]*?(?:src|href)="?(?:https?:)?//[^">]*""")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built strictly: a page or a link that is missing fails."""

    def build(folder: Path) -> None:
        words = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "-d", str(folder)]
        subprocess.run(words, cwd=ROOT, check=True)

    return made_once(tmp_path_factory, "site", build)


def test_the_site_has_every_page_and_loads_nothing_from_elsewhere(site: Path) -> None:
    pages = {
        file.relative_to(site).as_posix(): file.read_text(encoding="utf-8")
        for file in site.rglob("*.html")
    }
    for guide in (ROOT / "docs").rglob("*.md"):
        path = guide.relative_to(ROOT / "docs").with_suffix(".html").as_posix()
        assert path in pages, path
    assert {"reference/commands.html", "reference/settings.html", "changelog.html"} <= set(pages)
    loaded = {match for page in pages.values() for match in OUTSIDE.findall(page)}
    assert {each for each in loaded if 'rel="canonical"' not in each} == set()
    assert "fonts.googleapis" not in "".join(pages.values())


@pytest.mark.browser
def test_the_site_is_searched_in_japanese_from_a_folder_without_a_network(
    site: Path, chromium: Browser
) -> None:
    page = chromium.new_page(viewport={"width": 1300, "height": 900})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((site / "index.html").as_uri())
    box = page.locator("input.md-search__input")
    box.focus()
    page.wait_for_timeout(500)
    box.fill("控え")
    box.press("Shift")
    page.locator(".md-search-result__item a", has_text="控え").first.wait_for(timeout=60_000)
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []


def test_the_reference_has_every_command_and_option_that_a_guide_writes() -> None:
    options = dict(_commands_of_the_reference())
    assert len(options) > 50
    checked = 0
    for guide in GUIDES:
        for words in _written_commands(guide.read_text(encoding="utf-8")):
            command = next(
                (c for c in (" ".join(words[:2]), words[0], f"{words[0]} create") if c in options),
                None,
            )
            assert command is not None, (guide.name, words)
            used = {word.partition("=")[0] for word in words if re.match("--[a-z]", word)}
            assert used <= options[command] | {"--help"}, (guide.name, words)
            checked += 1
    assert checked > 100


def _commands_of_the_reference() -> Iterator[tuple[str, set[str]]]:
    for section in site_reference.commands_page().split("\n## xlsync ")[1:]:
        rows = [line for line in section.splitlines() if line.startswith("| `-")]
        yield section.partition("\n")[0].strip(), set(re.findall(r"--[a-z-]+", " ".join(rows)))


def _written_commands(text: str) -> Iterator[list[str]]:
    """Yield the words of each command in the blocks of a guide, up to a comment or what a shell takes."""
    for block in re.findall(r"^```[a-z]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            match = re.match(r"\s*(?:\$ )?xlsync +([a-z][^#|>&]*)", line)
            if match:
                yield match[1].split()


def test_the_reference_has_every_setting_that_a_guide_writes() -> None:
    tables: dict[str, set[str]] = {}
    for page in (site_reference.settings_page(), site_reference.form_page()):
        for head, body in _sections(page):
            keys = re.findall(r"^\| `([a-z-]+)`", body, re.MULTILINE)
            tables.setdefault(head.strip("[]"), set()).update(keys)
    checked = 0
    for guide in GUIDES:
        for table, key in _written_settings(guide.read_text(encoding="utf-8"), set(tables)):
            assert key in tables[table], (guide.name, table, key)
            checked += 1
    assert checked > 30


def _sections(page: str) -> Iterator[tuple[str, str]]:
    for section in page.split("\n## ")[1:]:
        head, _, body = section.partition("\n")
        yield head, body


def _written_settings(text: str, tables: set[str]) -> Iterator[tuple[str, str]]:
    """Yield each table and key of xlsync.toml in the blocks of a guide."""
    for block in re.findall(r"^```(?:toml)?\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        table = ""
        for line in block.splitlines():
            if head := re.match(r"\[+([\w.-]+)\]+\s*(?:#.*)?$", line):
                table = head[1]
            elif table in tables and (key := re.match(r"#? ?([a-z][a-z-]+) *= ", line)):
                yield table, key[1]


def test_every_public_python_name_and_error_is_described() -> None:
    page = site_reference.python_page()
    names = [
        name
        for name in xlsync.__all__
        if not name.startswith("__") and name not in {"errors", "ooxml"}
    ]
    for name in names:
        assert f"## xlsync.{name}\n" in page
    for name in ("read_cells", "patch_cells"):
        assert f"## xlsync.ooxml.{name}\n" in page
    assert "| `StoreError` |" in page


def test_a_guide_for_developers_names_only_files_that_exist() -> None:
    text = (ROOT / "docs/how-to.md").read_text(encoding="utf-8")
    paths = re.findall(r"`((?:src|tests|docs|tools)/[\w./-]*[\w/])`", text)
    assert len(paths) > 15
    assert [path for path in paths if not (ROOT / path).exists()] == []
