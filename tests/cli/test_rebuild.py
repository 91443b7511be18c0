"""xlsync audit --rebuild, as the planning office types it."""

from __future__ import annotations

from pathlib import Path

from tests import papers
from tests.commands import EXAMPLES, Run

KEY, YEAR = papers.CLEAN, papers.EDITION


def test_the_command_restores_and_looks_again(run: Run, folder: Path) -> None:
    run("import", "-C", folder, EXAMPLES)
    head = folder / f"store/sheets/{YEAR}/{KEY}.json"
    whole = head.read_bytes()
    head.write_bytes(b"")
    assert run("audit", "-C", folder).code == 1
    said = run("audit", "-C", folder, "--rebuild")
    assert (said.code, said.err) == (0, "")
    for word in (
        f"sheets/{YEAR}/{KEY}.json",
        "作り直しました",
        "作り直したもの 1件",
        "異常はありません",
    ):
        assert word in said.out
    assert head.read_bytes() == whole
    again = run("audit", "-C", folder, "--rebuild", "--json")
    assert (again.code, again.json) == (0, {"damages": [], "restored": []})


def test_what_the_command_cannot_restore_it_names(run: Run, folder: Path) -> None:
    run("import", "-C", folder, EXAMPLES)
    (folder / f"store/sheets/{YEAR}/{KEY}.json").unlink()
    (folder / f"store/revisions/{YEAR}/{papers.KEYS[1]}/1.json").write_bytes(b"")
    said = run("audit", "-C", folder, "--rebuild", "--json")
    assert said.code == 1
    assert [one["file"] for one in said.json["restored"]] == [f"sheets/{YEAR}/{KEY}.json"]
    assert [one["file"] for one in said.json["damages"]] == [
        f"revisions/{YEAR}/{papers.KEYS[1]}/1.json"
    ]
    (folder / "store/store.json").write_bytes(b"")
    refused = run("audit", "-C", folder, "--rebuild")
    assert refused.code == 3
    assert "store.json" in refused.err
    assert run("audit", "-C", folder).code == 1
