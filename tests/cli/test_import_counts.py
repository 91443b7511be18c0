"""What `import` says in the line that counts, and that it takes nothing in once submissions are closed."""

from __future__ import annotations

from pathlib import Path

from tests import papers
from tests.commands import Run, living
from tests.watching import saying
from xlsync.store import Store


def test_overlaps_are_counted_apart_from_what_was_taken_in(filled: Path, run: Run) -> None:
    mine = living(filled)
    theirs = mine.with_name(f"{mine.stem}_写し.xlsx")
    theirs.write_bytes(saying(mine.read_bytes(), "乙の目的"))
    mine.write_bytes(saying(mine.read_bytes(), "甲の目的"))
    lines = run("import", mine, theirs).out.splitlines()
    (counts,) = [line for line in lines if line.startswith(("受領", "登録しました"))]
    assert counts == "受領 1件、入力の重なり 1件"


def test_import_holds_the_end_of_submissions_unless_told_otherwise(filled: Path, run: Run) -> None:
    settings = filled / "xlsync.toml"
    text = settings.read_text(encoding="utf-8")
    assert text.count("closed = false") == 1
    settings.write_text(text.replace("closed = false", "closed = true"), encoding="utf-8")
    late = living(filled)
    late.write_bytes(saying(late.read_bytes(), "締め切りのあと"))
    refused = run("import", late)
    assert refused.code != 0
    assert "締め切" in refused.out + refused.err
    store = Store(filled / "store")
    head = store.head(papers.CLEAN, papers.EDITION)
    assert head is not None
    assert head["purpose"] != "締め切りのあと"
    assert run("import", late, "--after-deadline").code in {0, 1}
    head = store.head(papers.CLEAN, papers.EDITION)
    assert head is not None
    assert head["purpose"] == "締め切りのあと"
