"""Checks: what they cost in Python beside loading the sheets, and in the workbook beside one without them."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from benchmarks.clock import race, table
from xlsync.canonical_json import parse_json
from xlsync.checks import Context, check
from xlsync.exchange import Terms, template_of
from xlsync.form.library import load_form
from xlsync.sheet import Sheet, sheet_of
from xlsync.workbook.reading.text_capacity import room_of
from xlsync.workbook.template.template import Template

MANY = 1_000


def checking(sheets: list[Sheet], rounds: int) -> str:
    """Return the tables of checking one sheet and many, and of a template with and without its checks."""
    form = load_form()
    edition = sheets[0].edition
    context = Context(room=room_of(form, edition.year))
    papers = [sheet.to_json() for sheet in sheets]
    many = [papers[number % len(papers)] for number in range(MANY)]
    loaded = [sheets[number % len(sheets)] for number in range(MANY)]
    single: dict[str, Callable[[], object]] = {
        "its JSON loaded": lambda: sheet_of(edition, parse_json(papers[0])),
        "check": lambda: check(sheets[0], context),
    }

    def load() -> object:
        return [sheet_of(edition, parse_json(paper)) for paper in many]

    many_sheets: dict[str, Callable[[], object]] = {
        "their JSON loaded": load,
        "check": lambda: [check(sheet, context) for sheet in loaded],
    }
    return "\n".join(
        (
            table("Check one sheet", race(single, "its JSON loaded", rounds), "loading"),
            table(
                f"Check {MANY:,} sheets",
                race(many_sheets, "their JSON loaded", max(1, rounds // 5)),
                "loading",
            ),
            _in_the_workbook(template_of(Terms(form, edition.year)), max(1, rounds // 5)),
        )
    )


def _in_the_workbook(template: Template, rounds: int) -> str:
    """Return sizes, and how long LibreOffice takes to open, calculate and save, with and without the checks."""
    plain = _without_checks(template)
    sizes = (
        f"\nThe template is {len(template.data):,} bytes with its checks "
        f"({len(template.checks.formulas):,} formulas), {len(plain):,} bytes without.\n"
    )
    if shutil.which("soffice") is None:
        return sizes
    from tests.office import resave

    with tempfile.TemporaryDirectory() as folder:
        files = {name: Path(folder) / f"{name}.xlsx" for name in ("with", "without")}
        files["with"].write_bytes(template.data)
        files["without"].write_bytes(plain)
        rivals: dict[str, Callable[[], object]] = {
            f"the template {name} checks": _opener(file, resave) for name, file in files.items()
        }
        rows = race(rivals, "the template without checks", rounds)
    title = "LibreOffice starts, opens, calculates and saves"
    return table(title, rows, "without") + sizes


def _opener(file: Path, resave: Callable[[list[Path], Path], object]) -> Callable[[], object]:
    def run() -> object:
        with tempfile.TemporaryDirectory() as folder:
            return resave([file], Path(folder))

    return run


def _without_checks(template: Template) -> bytes:
    """Return the template with the cells of both worksheets emptied; their names and colours stay."""
    from xlsync.ooxml.patch.package_editor import PackageEdit

    edit = PackageEdit(template.data)
    for _, part, page in template.check_parts:
        empty = replace(
            page, cell_pieces=(), fixed=("".join(page.fixed[:1]).partition("<row ")[0],)
        )
        edit.put(part, empty.text({}) + "</sheetData></worksheet>")
    return edit.finished()
