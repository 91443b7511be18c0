"""Every ugly workbook gets its verdict, in time and memory, and nothing ends the program."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.fuzz.seeds import filled
from tests.ugly import archives, books, cells, forms, markup
from tests.ugly.judge import SECONDS
from tests.ugly.sample import Sample
from xlsync.errors import DamagedWorkbook
from xlsync.ooxml.opc.package import Package

SAMPLES: tuple[Sample, ...] = (
    *archives.SAMPLES,
    *markup.SAMPLES,
    *cells.SAMPLES,
    *books.SAMPLES,
    *forms.SAMPLES,
)
ROOT = Path(__file__).parent.parent.parent
by_sample = pytest.mark.parametrize("sample", SAMPLES, ids=[sample.name for sample in SAMPLES])

Told = dict[str, dict[str, Any]]


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """What one child, bounded in memory and time, says of every sample."""
    folder = tmp_path_factory.mktemp("ugly")
    manifest = []
    for n, sample in enumerate(SAMPLES):
        (folder / f"{n}.xlsx").write_bytes(sample.make())
        manifest.append((sample.name, f"{n}.xlsx", sample.form))
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    judge = [sys.executable, "-m", "tests.ugly.judge", str(folder)]
    ended = subprocess.run(judge, cwd=ROOT, capture_output=True, text=True, check=False)
    lines = [json.loads(line) for line in ended.stdout.splitlines()]
    last = lines[-1]["name"] if lines else "nothing"
    assert ended.returncode == 0, f"the child died after “{last}”: {ended.stderr[-2000:]}"
    return {line["name"]: line for line in lines}


def test_the_samples_are_many_and_each_has_a_name_of_its_own() -> None:
    assert len(SAMPLES) >= 100
    assert len({sample.name for sample in SAMPLES}) == len(SAMPLES)


def test_the_samples_are_the_same_each_time() -> None:
    assert [sample.make() for sample in SAMPLES[::7]] == [sample.make() for sample in SAMPLES[::7]]


@by_sample
def test_a_workbook_gets_its_verdict(sample: Sample, told: Told) -> None:
    said, verdict = told[sample.name], sample.verdict
    assert said["error"] == verdict.error, said["reason"]
    assert verdict.word in said["reason"]
    for at, value in verdict.cells.items():
        assert said["cells"].get(at) == value, at
    if verdict.code:
        placed = {path: cell for code, path, cell in said["findings"] if code == verdict.code}
        assert verdict.path in placed, said["findings"][:20]
        assert placed[verdict.path] or not verdict.path  # a remark on a field says where


@pytest.mark.parametrize(
    ("name", "copies"),
    [
        ("worksheet renamed", 1),
        ("row inserted", 1),
        ("worksheet copied twice", 3),
        ("all names lost", 1),
        ("one name lost", 1),
        ("name of nothing", 1),
    ],
)
def test_a_form_that_was_moved_about_says_what_it_said(name: str, copies: int, told: Told) -> None:
    assert told[f"form: {name}"]["sheets"] == told["form: as given out"]["sheets"] * copies


@pytest.mark.parametrize("size", [512, 4096])
def test_a_block_not_yet_written_is_waited_for_wherever_it_is(size: int) -> None:
    data = filled()
    for at in range(0, len(data), 512):
        holed = (data[:at] + bytes(size) + data[at + size :])[: len(data)]
        with pytest.raises(DamagedWorkbook):
            Package.open(holed).verify()


@by_sample
def test_a_verdict_takes_no_longer_than_two_seconds(sample: Sample, told: Told) -> None:
    assert told[sample.name]["seconds"] <= SECONDS
    assert told[sample.name]["patch"]["seconds"] <= 2 * SECONDS  # it is read twice more there


@by_sample
def test_the_patcher_changes_one_worksheet_or_says_why_not(sample: Sample, told: Told) -> None:
    said = told[sample.name]["patch"]
    assert not said["error"].startswith("escaped"), said["error"]
    assert said["error"] == sample.patch or not sample.patch, said["reason"]
    if not said["error"]:
        assert said["kept"]
        others = [name for name in said["differing"] if not _may_differ(name)]
        assert others == []
        assert len(said["differing"]) <= 2


def _may_differ(name: str) -> bool:
    """True for a worksheet, and for the part that asks for a calculation where there are formulas."""
    return "sheet" in name.lower() or name in {
        "xl/workbook.xml",
        "a/b/c.bin",
        "xl/worksheets/表.xml",
    }
