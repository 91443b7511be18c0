"""A sheet that the store cannot read is named by every command over the city, and stops none of them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests import papers
from tests.commands import EXAMPLES, Run

DAMAGED, SOUND = papers.KEYS[0], papers.KEYS[1]


@pytest.fixture
def town(folder: Path, run: Run) -> Path:
    """A city with five sheets, of which one has lost its second revision and its head to a bad disk."""
    run("import", "-C", folder, EXAMPLES)
    run("export", "-C", folder, DAMAGED)
    run("revert", DAMAGED, "-C", folder, "--to", "1")
    revision = folder / f"store/revisions/2018/{DAMAGED}/2.json"
    revision.write_bytes(revision.read_bytes()[:-200] + b"\0" * 200)
    (folder / f"store/sheets/2018/{DAMAGED}.json").write_bytes(b"\0" * 4096)
    return folder


@pytest.mark.parametrize(
    "words",
    [
        ("status",),
        ("export", "--all"),
        ("summarize",),
        ("conflicts",),
        ("history", DAMAGED),
        ("watch", "--once"),
    ],
    ids=lambda words: str(words[0]),
)
def test_a_command_names_the_damaged_sheet_and_goes_on(
    town: Path, run: Run, words: tuple[str, ...]
) -> None:
    told = run(*words, "-C", town)
    assert told.code in {0, 1}
    if words[0] != "watch":
        assert DAMAGED in told.err


def test_the_status_has_the_others_and_names_the_damaged_one(town: Path, run: Run) -> None:
    told = run("status", "-C", town, "--json")
    assert told.code == 1
    assert {sheet["key"] for sheet in told.json["sheets"]} == {*papers.KEYS} - {DAMAGED}
    [damaged] = told.json["damaged"]
    assert damaged["key"] == DAMAGED
    assert damaged["reason"]


def test_the_board_names_it(town: Path, run: Run) -> None:
    run("summarize", "-C", town)
    page = (town / "shared/提出状況.html").read_text(encoding="utf-8")
    assert f"{DAMAGED}" in page
    assert "読めません" in page


def test_the_others_are_received(town: Path, run: Run) -> None:
    told = run("import", "-C", town, EXAMPLES, "--json")
    outcomes = {one["key"]: one["outcome"] for one in told.json["receipts"]}
    assert outcomes == dict.fromkeys(papers.KEYS, "unchanged") | {DAMAGED: "refused"}
    assert told.code == 1


def test_the_office_replaces_it_by_a_readable_revision(town: Path, run: Run) -> None:
    assert run("revert", DAMAGED, "-C", town, "--to", "1").code == 0
    told = run("status", "-C", town, "--json")
    assert told.json["damaged"] == []
    assert {sheet["key"] for sheet in told.json["sheets"]} == {*papers.KEYS}
    assert "2.json" in run("audit", "-C", town).out


@pytest.fixture
def closed_town(folder: Path, run: Run) -> Path:
    """A city with five sheets, of which one has a folder that the system does not list (a link in a circle, also for root)."""
    run("import", "-C", folder, EXAMPLES)
    revisions = folder / f"store/revisions/2018/{DAMAGED}"
    shutil.move(revisions, folder / "away")
    revisions.symlink_to(revisions.name)
    return folder


@pytest.mark.parametrize(
    "words",
    [("status",), ("export", "--all"), ("summarize",), ("conflicts",), ("watch", "--once")],
    ids=lambda words: str(words[0]),
)
def test_a_folder_that_cannot_be_listed_stops_no_command(
    closed_town: Path, run: Run, words: tuple[str, ...]
) -> None:
    told = run(*words, "-C", closed_town)
    assert told.code in {0, 1}, told.err
    if words[0] != "watch":
        assert DAMAGED in told.err


def test_a_folder_that_cannot_be_listed_is_named_and_the_others_are_received(
    closed_town: Path, run: Run
) -> None:
    told = run("import", "-C", closed_town, EXAMPLES, "--json")
    outcomes = {one["key"]: one["outcome"] for one in told.json["receipts"]}
    assert outcomes == dict.fromkeys(papers.KEYS, "unchanged") | {DAMAGED: "refused"}
    for words in (("audit",), ("audit", "--rebuild")):
        audited = run(*words, "-C", closed_town)
        assert audited.code == 1
        assert f"revisions/2018/{DAMAGED}：このシートの版のフォルダが読めません" in audited.out
    assert run("history", SOUND, "-C", closed_town).code == 0
    assert run("history", DAMAGED, "-C", closed_town).code == 3
    assert run("revert", SOUND, "-C", closed_town, "--to", "1").code == 0


@pytest.mark.parametrize("kept", ["taken", "acts"])
def test_what_is_kept_beside_a_sheet_and_cannot_be_listed_stops_no_command(
    folder: Path, run: Run, kept: str
) -> None:
    run("import", "-C", folder, EXAMPLES)
    beside = folder / f"store/{kept}/2018/{DAMAGED}"
    shutil.rmtree(beside, ignore_errors=True)
    beside.parent.mkdir(parents=True, exist_ok=True)
    beside.symlink_to(beside.name)
    for words in (("status",), ("export", "--all"), ("summarize",), ("watch", "--once")):
        told = run(*words, "-C", folder)
        assert (told.code, told.err) in {(0, ""), (1, "")}, words
    told = run("import", "-C", folder, EXAMPLES, "--json")
    outcomes = {one["key"]: one["outcome"] for one in told.json["receipts"]}
    damaged = {"taken": "refused", "acts": "unchanged"}[kept]
    assert outcomes == dict.fromkeys(papers.KEYS, "unchanged") | {DAMAGED: damaged}
    audited = run("audit", "-C", folder)
    assert audited.code == 1
    assert f"{kept}/2018/{DAMAGED}" in audited.out


CITY_COMMANDS = (
    ("status",),
    ("summarize",),
    ("export", "--all"),
    ("conflicts",),
    ("import", EXAMPLES / f"{SOUND}.json"),
    ("revert", SOUND, "--to", "1"),
)


@pytest.mark.parametrize("lost", ["revisions/2018", "sheets/2018", "revisions", "sheets"])
def test_a_folder_of_the_whole_city_that_cannot_be_listed_is_told_in_one_sentence(
    folder: Path, run: Run, lost: str
) -> None:
    run("import", "-C", folder, EXAMPLES)
    away = folder / "store" / lost
    away.rename(folder / "away")
    away.symlink_to(away.name)
    for words in CITY_COMMANDS:
        told = run(*words, "-C", folder)
        assert told.code in {0, 1, 3}, words
        sentences = told.err.splitlines()
        assert len(sentences) == 1 or (not sentences and told.code != 3), words
        assert all(str(away) in sentence for sentence in sentences), words
    away.unlink()
    (folder / "away").rename(away)
    run("audit", "-C", folder, "--rebuild")
    assert run("audit", "-C", folder).code == 0
