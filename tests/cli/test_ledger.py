"""history, diff, conflicts, resolve and revert, as the planning office types them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests import crash_sweep as sweep
from tests import papers
from tests.cities import typed
from tests.commands import EXAMPLES, Run, living
from tests.store.disk_calls import KILLED, Call


def quarrel(run: Run, folder: Path) -> Path:
    """Two workbooks of one sheet, each with a purpose of its own, taken in; the second."""
    run("import", "-C", folder, EXAMPLES / f"{papers.CLEAN}.json")
    run("export", "-C", folder, papers.CLEAN)
    data = living(folder).read_bytes()
    one, other = folder / "甲.xlsx", folder / "乙.xlsx"
    one.write_bytes(typed(data, {"purpose": "甲の目的"}))
    other.write_bytes(typed(data, {"purpose": "乙の目的", "outline": "乙の概要"}))
    assert run("import", "-C", folder, one).code == 0
    assert run("import", "-C", folder, other).code == 1
    return other


def test_history_tells_who_changed_what(run: Run, folder: Path) -> None:
    quarrel(run, folder)
    said = run("history", "-C", folder, papers.CLEAN)
    assert said.code == 0
    for word in ("第1版", "第2版", "甲.xlsx", "事業の目的", "甲の目的", "事業の概要", "乙の概要"):
        assert word in said.out
    told = run("history", "-C", folder, papers.CLEAN, "--json").json["revisions"]
    assert [one["revision"] for one in told] == [1, 2, 3]
    assert [change["path"] for change in told[1]["changes"]] == ["purpose"]
    assert [one["path"] for one in told[2]["conflicts"]] == ["purpose"]


def test_history_of_an_unknown_sheet_is_one_sentence(run: Run, folder: Path) -> None:
    said = run("history", "-C", folder, "99-99-99-99-99-99")
    assert (said.code, said.out) == (3, "")
    assert "事業コード" in said.err


def test_a_conflict_is_listed_and_settled(run: Run, folder: Path) -> None:
    other = quarrel(run, folder)
    said = run("conflicts", "-C", folder)
    assert said.code == 1
    assert "甲の目的" in said.out
    assert "乙の目的" in said.out
    assert [one["key"] for one in run("conflicts", "-C", folder, "--json").json["conflicts"]] == [
        papers.CLEAN
    ]
    undecided = run("resolve", "-C", folder, papers.CLEAN)
    assert undecided.code == 3
    assert "--ours" in undecided.err
    assert run("resolve", "-C", folder, papers.CLEAN, "--theirs", "purpose").code == 0
    assert run("conflicts", "-C", folder).code == 0
    assert run("diff", "-C", folder, other).code == 0
    assert run("import", "-C", folder, other).code == 0


def test_settling_everything_to_one_side(run: Run, folder: Path) -> None:
    quarrel(run, folder)
    assert run("resolve", "-C", folder, papers.CLEAN, "--all-ours", "--all-theirs").code == 2
    assert run("resolve", "-C", folder, papers.CLEAN, "--all-ours").code == 0
    assert run("conflicts", "-C", folder, "--json").json == {"conflicts": []}


def test_two_files_that_offer_two_values_are_told_apart_and_either_can_be_taken(
    run: Run, folder: Path
) -> None:
    second = quarrel(run, folder)
    third = folder / "丙.xlsx"
    third.write_bytes(typed(second.read_bytes(), {"purpose": "丙の目的"}))
    assert run("import", "-C", folder, third).code == 1
    told = run("conflicts", "-C", folder, "--json").json["conflicts"]
    assert [(one["theirs"], one["file"], one["ours"]) for one in told] == [
        ("乙の目的", "乙.xlsx", "甲の目的"),
        ("丙の目的", "丙.xlsx", "甲の目的"),
    ]
    assert told[0]["registered"]["file"] == "甲.xlsx"
    said = run("conflicts", "-C", folder).out
    for word in ("第2版", "甲.xlsx", "乙.xlsx", "丙.xlsx", f"--take purpose={told[1]['copy']}"):
        assert word in said
    resolve = ("resolve", "-C", folder, papers.CLEAN)
    assert run(*resolve, "--theirs", "purpose").code == 3
    assert run(*resolve, "--take", "purpose=丁.xlsx").code == 3
    assert run(*resolve, "--take", "purpose").code == 3
    assert run(*resolve, "--take", f"purpose={told[1]['copy']}").code == 0
    assert run("conflicts", "-C", folder).code == 0


def test_a_third_text_settles_and_an_old_look_does_not(run: Run, folder: Path) -> None:
    quarrel(run, folder)
    (told,) = run("conflicts", "-C", folder, "--json").json["conflicts"]
    resolve = ("resolve", "-C", folder, papers.CLEAN, "--value", "purpose=両方をまとめた目的")
    stale = run(*resolve, "--revision", told["revision"] - 1)
    assert (stale.code, stale.out) == (3, "")
    assert "登録していません" in stale.err
    done = run(*resolve, "--revision", told["revision"], "--json")
    assert done.json["resolved"] == {"purpose": {"value": "両方をまとめた目的"}}
    assert run("resolve", "-C", folder, papers.CLEAN, "--value", "purpose=まだ").code == 3
    back = ("revert", "-C", folder, papers.CLEAN, "--to", "1", "--revision")
    assert run(*back, told["revision"]).code == 3
    assert run(*back, told["revision"] + 1).code == 0


def killed_at_copy_states(folder: Path) -> int:
    """Decide for the workbooks, and be killed once the revision is written and the copies are not; the exit code."""

    def seen(call: Call) -> None:
        if any("taken" in Path(str(given)).parts for given in call.given):
            os._exit(KILLED)

    return sweep.run(["resolve", "-C", str(folder), papers.CLEAN, "--all-theirs"], seen)[0]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a system without fork")
def test_a_decision_killed_after_its_revision_is_finished_by_the_same_command(
    run: Run, folder: Path
) -> None:
    other = quarrel(run, folder)
    assert killed_at_copy_states(folder) == KILLED
    assert (
        run("history", "-C", folder, papers.CLEAN, "--json").json["revisions"][-1]["revision"] == 4
    )
    said = run("resolve", "-C", folder, papers.CLEAN, "--all-theirs", "--json")
    assert (said.code, said.json["revision"], [*said.json["resolved"]]) == (0, 4, ["purpose"])
    other.write_bytes(typed(other.read_bytes(), {"purpose": "乙がさらに直した目的"}))
    assert run("import", "-C", folder, other).code == 0
    assert run("resolve", "-C", folder, papers.CLEAN, "--all-theirs").code == 3


def test_diff_shows_what_differs_and_takes_nothing_in(run: Run, folder: Path) -> None:
    other = quarrel(run, folder)
    other.write_bytes(typed(other.read_bytes(), {"delivery": "直営"}))
    said = run("diff", "-C", folder, other, "--json")
    assert said.code == 1
    changes = {one["path"]: one for one in said.json["receipts"][0]["changes"]}
    assert changes["delivery"] == {"path": "delivery", "from": "一部委託", "to": "直営"}
    assert changes["purpose"]["to"] == "乙の目的"
    assert (
        run("history", "-C", folder, papers.CLEAN, "--json").json["revisions"][-1]["revision"] == 3
    )
    assert run("diff", "-C", folder, folder / "xlsync.toml").code == 3


def test_revert_takes_back(run: Run, folder: Path) -> None:
    quarrel(run, folder)
    assert run("revert", "-C", folder, papers.CLEAN, "--to", "1").code == 0
    assert "第4版" in run("history", "-C", folder, papers.CLEAN).out
    assert run("revert", "-C", folder, papers.CLEAN, "--to", "9").code == 3


def test_a_sheet_can_be_exported_as_it_stood_on_a_day(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    quarrel(run, folder)
    out = tmp_path / "past"
    assert run("export", "-C", folder, papers.CLEAN, "--at", "2000-01-01", "--out", out).code == 3
    made = run("export", "-C", folder, papers.CLEAN, "--at", "2999-12-31", "--out", out)
    assert made.code == 0
    file = out / f"{papers.CLEAN}_2999-12-31時点.xlsx"
    assert run("diff", "-C", folder, file).code == 0, (
        "on the last day of all it stands as it stands now"
    )
    assert run("export", "-C", folder, papers.CLEAN, "--at", "昨日", "--out", out).code == 2
