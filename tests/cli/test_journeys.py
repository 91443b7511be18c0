"""The commands as an office uses them: a city founded, sheets taken in and given out, standings and conflicts."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests import papers
from tests.cities import typed
from tests.commands import EXAMPLES, Run, living


def test_init_makes_the_contracts_folders_once(run: Run, folder: Path) -> None:
    assert (folder / "xlsync.toml").is_file()
    assert (folder / "store/store.json").is_file()
    assert (folder / "shared/評価シート").is_dir()
    again = run("init", folder)
    assert (again.code, again.out) == (3, "")
    assert "xlsync.toml" in again.err


@pytest.mark.parametrize("name", ['つくば"市', "C:\\市", "市 {x}", "市\n改行", "#市", "'市'"])
def test_any_name_of_a_city_gives_settings_that_can_be_read(
    run: Run, tmp_path: Path, name: str
) -> None:
    assert run("init", tmp_path / "c", "--name", name).code == 0
    assert run("status", "-C", tmp_path / "c").code == 0


@pytest.mark.parametrize("edition", [1900, 3000])
def test_init_refuses_a_year_no_form_has_and_leaves_nothing(
    run: Run, tmp_path: Path, edition: int
) -> None:
    assert run("init", tmp_path / "c", "--edition", edition).code == 3
    assert not (tmp_path / "c").exists()


def test_init_in_place_of_a_file_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "c").write_bytes(b"x")
    assert run("init", tmp_path / "c").code == 3
    assert (tmp_path / "c").read_bytes() == b"x"


def test_a_city_can_edit_its_own_form(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "c"
    assert run("init", folder, "--own-form").code == 0
    file = folder / "form/form.toml"
    text = file.read_text(encoding="utf-8")
    assert text.count('["有", "無"]') == 1
    file.write_text(text.replace('["有", "無"]', '["あり", "なし"]'), encoding="utf-8")
    said = run("check", "-C", folder, "--json", EXAMPLES / f"{papers.CLEAN}.json")
    assert {found["code"] for found in said.json["receipts"][0]["findings"]} == {
        "not-in-closed-list"
    }


def test_import_of_the_official_sheets(run: Run, folder: Path) -> None:
    said = run("import", "-C", folder, "--json", EXAMPLES)
    receipts = said.json["receipts"]
    assert said.code == 1
    assert said.err == ""
    assert [(r["key"], r["outcome"], r["revision"], r["edition"]) for r in receipts] == [
        (key, "accepted", 1, 2018) for key in papers.KEYS
    ]
    assert set(receipts[0]) == {
        "file",
        "worksheet",
        "outcome",
        "key",
        "edition",
        "revision",
        "changes",
        "conflicts",
        "findings",
        "reason",
    }
    assert set(receipts[2]["findings"][0]) == {
        "code",
        "severity",
        "path",
        "worksheet",
        "cell",
        "message",
    }
    again = run("import", "-C", folder, "--json", EXAMPLES)
    assert {r["outcome"] for r in again.json["receipts"]} == {"unchanged"}


def test_a_clean_sheet_alone_ends_with_zero(run: Run, folder: Path) -> None:
    said = run("import", "-C", folder, EXAMPLES / f"{papers.CLEAN}.json")
    assert (said.code, said.err) == (0, "")
    assert papers.CLEAN in said.out
    assert run("status", "-C", folder).code == 0


def test_check_writes_nothing_and_tells_no_changes(run: Run, folder: Path) -> None:
    before = sorted(folder.rglob("*"))
    said = run("check", "-C", folder, "--json", EXAMPLES)
    assert said.code == 1
    assert "changes" not in said.json["receipts"][0]
    assert sorted(folder.rglob("*")) == before


def test_check_needs_no_city(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("check", EXAMPLES / f"{papers.CLEAN}.json").code == 0


def test_export_gives_workbooks_that_come_back_unchanged(run: Run, folder: Path) -> None:
    run("import", "-C", folder, EXAMPLES)
    assert run("export", "-C", folder, "--all").code == 0
    books = sorted((folder / "shared/評価シート").rglob("*.xlsx"))
    assert [book.name[:17] for book in books] == list(papers.KEYS)
    assert books[0].name == "01-02-01-08-14-01_情報化推進事業.xlsx"
    assert books[0].parent == folder / "shared/評価シート/政策イノベーション部/情報政策課"
    said = run("import", "-C", folder, "--json", folder / "shared")
    assert [r["outcome"] for r in said.json["receipts"]] == ["unchanged"] * 5
    assert said.json["receipts"][0]["file"].startswith("shared/評価シート/")


def test_export_never_touches_a_staff_members_file(run: Run, folder: Path) -> None:
    run("import", "-C", folder, EXAMPLES)
    run("export", "-C", folder, papers.CLEAN)
    living(folder).write_bytes(b"staff's")
    assert run("export", "-C", folder, "--all").code == 0
    assert living(folder).read_bytes() == b"staff's"


def test_export_of_an_unknown_key_says_so_and_exports_the_others(run: Run, folder: Path) -> None:
    run("import", "-C", folder, EXAMPLES)
    said = run("export", "-C", folder, papers.CLEAN, "99-99-99-99-99-99")
    assert said.code == 1
    assert "99-99-99-99-99-99" in said.err
    assert living(folder).is_file()
    assert run("export", "-C", folder, "99-99-99-99-99-99").code == 3
    assert run("export", "-C", folder).code == 2
    assert run("export", "-C", folder, "--all", papers.CLEAN).code == 2
    assert run("export", "-C", folder, "../x").code == 3


def test_one_sheet_that_cannot_be_written_does_not_stop_the_others(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    """An Excel cell holds 32,767 signs; a JSON sheet may bring more, and is told so by a finding."""
    document = papers.official_document(papers.KEYS[0])
    document["purpose"] = "長" * 32_768
    (tmp_path / "long.json").write_text(json.dumps(document), encoding="utf-8")
    said = run(
        "import",
        "-C",
        folder,
        "--json",
        tmp_path / "long.json",
        EXAMPLES / f"{papers.KEYS[1]}.json",
    )
    codes = [f["code"] for f in said.json["receipts"][0]["findings"]]
    assert codes == ["fits-purpose", "too-long"]
    told = run("export", "-C", folder, "--all")
    assert living(folder, papers.KEYS[1]).is_file()
    assert told.code == 1
    assert papers.KEYS[0] in told.err


def test_bad_files_are_told_and_the_others_processed(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    run("import", "-C", folder, EXAMPLES / f"{papers.CLEAN}.json")
    run("export", "-C", folder, "--all")
    good = living(folder).read_bytes()
    bad = {
        "picture.xlsx": b"\x89PNG\r\n\x1a\n" + bytes(100), "empty.xlsx": b"", "cut.xlsx": good[: len(good) // 2],
        "old.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096), "text.json": b"hello", "other.json": b'{"a": 1}',
    }  # fmt: skip
    for name, data in bad.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "good.xlsx").write_bytes(typed(good, {"purpose": "新しい目的"}))
    files = [tmp_path / name for name in (*bad, "good.xlsx", "missing.xlsx")]
    said = run("import", "-C", folder, "--json", *files)
    outcomes = {Path(r["file"]).name: r for r in said.json["receipts"]}
    assert said.code == 1
    assert outcomes.pop("good.xlsx")["outcome"] == "accepted"
    assert set(outcomes) == {*bad, "missing.xlsx"}
    for receipt in outcomes.values():
        assert receipt["outcome"] == "refused"
        assert receipt["reason"]
    told = run("import", "-C", folder, *(tmp_path / name for name in bad))
    assert told.code == 3
    assert [name for name in bad if name not in told.out + told.err] == []


def test_status_speaks_json(run: Run, folder: Path) -> None:
    run("import", "-C", folder, EXAMPLES)
    said = run("status", "-C", folder, "--json")
    assert said.code == 1
    by_key = {one["key"]: one for one in said.json["sheets"]}
    assert by_key[papers.CLEAN]["state"] == "未着手"
    assert by_key["01-02-01-09-11-01"]["blank"] == 2
    assert by_key["01-02-01-10-11-01"]["blank"] > 2
    assert run("status", "-C", folder).code == 1


def test_audit_is_clean_then_names_a_damage(run: Run, folder: Path) -> None:
    run("import", "-C", folder, EXAMPLES)
    said = run("audit", "-C", folder, "--json")
    assert (said.code, said.json) == (0, {"damages": []})
    (folder / f"store/sheets/2018/{papers.CLEAN}.json").unlink()
    told = run("audit", "-C", folder)
    assert told.code == 1
    assert papers.CLEAN in told.out
    assert run("audit", "-C", folder, "--json").json["damages"][0]["derived"] is True
    shutil.rmtree(folder / "store")
    assert run("audit", "-C", folder).code == 3


def test_an_open_conflict_is_in_the_status_until_it_is_settled(run: Run, folder: Path) -> None:
    def conflicts() -> int:
        return int(run("status", "-C", folder, "--json").json["sheets"][0]["conflicts"])

    run("import", "-C", folder, EXAMPLES / f"{papers.CLEAN}.json")
    run("export", "-C", folder, papers.CLEAN)
    data = living(folder).read_bytes()
    one, other = folder / "甲.xlsx", folder / "乙.xlsx"
    one.write_bytes(typed(data, {"purpose": "甲"}))
    other.write_bytes(typed(data, {"purpose": "乙"}))
    assert run("import", "-C", folder, one).code == 0
    assert conflicts() == 0
    assert run("import", "-C", folder, other).code == 1
    assert conflicts() == 1
    out = ("--reason", "対象外", "-C", folder)
    assert run("sheets", "exclude", papers.CLEAN, *out).code == 0
    told = run("conflicts", "-C", folder)
    assert (told.code, "対象外・廃止のシートの入力の重なり 1件" in told.out) == (0, True)
    assert run("sheets", "restore", papers.CLEAN, *out).code == 0
    one.write_bytes(typed(data, {"purpose": "甲", "outline": "ほかの欄"}))
    run("import", "-C", folder, one)
    assert conflicts() == 1, "another field's change does not settle it"
    other.write_bytes(typed(data, {"purpose": "甲"}))
    run("import", "-C", folder, other)
    assert conflicts() == 0


def test_one_file_is_one_place_however_it_is_named(
    run: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A workbook outside the city's folder, imported by its name from two working folders, does not conflict with itself."""
    run("import", "-C", folder, EXAMPLES / f"{papers.CLEAN}.json")
    run("export", "-C", folder, papers.CLEAN)
    mail = tmp_path / "mail"
    mail.mkdir()
    file = mail / "届いた.xlsx"
    file.write_bytes(typed(living(folder).read_bytes(), {"purpose": "一稿"}))
    assert run("import", "-C", folder, file).code == 0
    file.write_bytes(typed(file.read_bytes(), {"purpose": "二稿"}))
    monkeypatch.chdir(mail)
    said = run("import", "-C", folder, "--json", file.name)
    assert (said.json["receipts"][0]["outcome"], said.code) == ("accepted", 0)


def test_the_list_of_seals_is_shown_and_its_code_from_paper_compared(
    run: Run, folder: Path
) -> None:
    assert "まだありません" in run("seals", "-C", folder).out
    run("import", "-C", folder, EXAMPLES)
    shown = run("seals", "-C", folder)
    assert shown.code == 0
    assert papers.CLEAN in shown.out
    *_, last = shown.out.splitlines()
    anchor = last.partition("：")[2]
    lines = run("seals", "-C", folder, "--from", "2", "--json").json["lines"]
    assert [line["number"] for line in lines] == [2, 3, 4, 5]
    assert anchor == f"5:{lines[-1]['code']}"
    assert (
        run(
            "audit", "-C", folder, "--anchor", anchor, "--anchor", f" {anchor.upper()} ".strip()
        ).code
        == 0
    )
    wrong = run("audit", "-C", folder, "--anchor", f"4:{lines[-1]['code']}")
    assert wrong.code == 1
    assert "通番4" in wrong.out
    assert run("audit", "-C", folder, "--anchor", "5").code == 2
