"""The commands as an office uses them: exit codes, JSON alone on standard output, one sentence for what cannot be done."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests import papers
from tests.cities import typed
from xlsync.cli import main

EXAMPLES = Path(__file__).parents[2] / "src/xlsync/forms/jimu-jigyo-hyoka/examples"


@dataclass
class Said:
    """What a command left: its exit code and both streams."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as one JSON document."""
        return json.loads(self.out)


Run = Callable[..., Said]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run the command line with these words."""

    def ran(*words: object) -> Said:
        monkeypatch.setattr(sys, "argv", ["xlsync", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        sys.stdout.flush()
        out, err = capfd.readouterr()
        assert "Traceback" not in out + err
        return Said(int(ended.value.code or 0), out, err)

    return ran


@pytest.fixture
def folder(tmp_path: Path, run: Run) -> Path:
    """A city's folder made by `xlsync init`."""
    made = tmp_path / "市"
    assert run("init", made, "--name", "つくば市").code == 0
    return made


def living(folder: Path, key: str = papers.CLEAN) -> Path:
    return next((folder / "shared/評価シート").rglob(f"{key}_*.xlsx"))


def test_init_makes_the_contracts_folders_once(run: Run, folder: Path) -> None:
    assert (folder / "xlsync.toml").is_file()
    assert (folder / "store/store.json").is_file()
    assert (folder / "shared/評価シート").is_dir()
    again = run("init", folder)
    assert (again.code, again.out) == (3, "")
    assert "xlsync.toml" in again.err


@pytest.mark.parametrize("name", ['つくば"市', "C:\\市", "市 {x}", "市\n改行", "#市", "'市'"])
def test_any_name_of_a_city_gives_settings_that_can_be_read(run: Run, tmp_path: Path, name: str) -> None:
    assert run("init", tmp_path / "c", "--name", name).code == 0
    assert run("status", "-C", tmp_path / "c").code == 0


@pytest.mark.parametrize("edition", [1900, 3000])
def test_init_refuses_a_year_no_form_has_and_leaves_nothing(run: Run, tmp_path: Path, edition: int) -> None:
    assert run("init", tmp_path / "c", "--edition", edition).code == 3
    assert not (tmp_path / "c").exists()


def test_init_in_place_of_a_file_is_refused(run: Run, tmp_path: Path) -> None:
    (tmp_path / "c").write_bytes(b"x")
    assert run("init", tmp_path / "c").code == 3
    assert (tmp_path / "c").read_bytes() == b"x"


def test_a_city_can_edit_its_own_form(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "c"
    assert run("init", folder, "--own-form").code == 0
    text = (folder / "form/form.toml").read_text(encoding="utf-8")
    (folder / "form/form.toml").write_text(text.replace('seen = ["有", "無"]', 'seen = ["あり", "なし"]'), encoding="utf-8")
    said = run("check", "-C", folder, "--json", EXAMPLES / f"{papers.CLEAN}.json")
    assert {found["code"] for found in said.json["receipts"][0]["findings"]} == {"not-in-closed-list"}


def test_import_of_the_official_sheets(run: Run, folder: Path) -> None:
    said = run("import", "-C", folder, "--json", EXAMPLES)
    receipts = said.json["receipts"]
    assert said.code == 1
    assert said.err == ""
    assert [(r["key"], r["outcome"], r["revision"], r["edition"]) for r in receipts] == [
        (key, "accepted", 1, 2018) for key in papers.KEYS
    ]
    assert set(receipts[0]) == {"file", "worksheet", "outcome", "key", "edition", "revision", "changes", "conflicts", "findings", "reason"}
    assert set(receipts[2]["findings"][0]) == {"code", "severity", "path", "worksheet", "cell", "message"}
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


def test_one_sheet_that_cannot_be_written_does_not_stop_the_others(run: Run, folder: Path, tmp_path: Path) -> None:
    """An Excel cell holds 32,767 signs; a JSON sheet may bring more, and is told so by a finding."""
    document = papers.official_document(papers.KEYS[0])
    document["purpose"] = "長" * 32_768
    (tmp_path / "long.json").write_text(json.dumps(document), encoding="utf-8")
    said = run("import", "-C", folder, "--json", tmp_path / "long.json", EXAMPLES / f"{papers.KEYS[1]}.json")
    assert [f["code"] for f in said.json["receipts"][0]["findings"]] == ["too-long"]
    told = run("export", "-C", folder, "--all")
    assert living(folder, papers.KEYS[1]).is_file()
    assert told.code == 1
    assert papers.KEYS[0] in told.err


def test_bad_files_are_told_and_the_others_processed(run: Run, folder: Path, tmp_path: Path) -> None:
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


@pytest.mark.parametrize("words", [["import"], ["check"], ["frobnicate"], ["import", "--nonsense", "x"], ["form"], []])
def test_wrong_usage_ends_with_two(run: Run, words: list[str]) -> None:
    assert run(*words).code == 2


@pytest.mark.parametrize("command", ["status", "audit", "summarize", "import x", "export --all"])
def test_outside_a_city_one_sentence_says_so(run: Run, tmp_path: Path, command: str) -> None:
    said = run(*command.split(), "-C", tmp_path)
    assert (said.code, said.out) == (3, "")
    assert "xlsync.toml" in said.err
    assert said.err.count("\n") == 1


SETTINGS = {
    "an unknown key": ('city = "つくば市"', 'city = "つくば市"\nctiy = "x"', "ctiy"),
    "an unknown folder": ("[folders]", '[folders]\nstoer = "x"', "stoer"),
    "a word for a year": ("edition = 2018", 'edition = "2018"', "edition"),
    "no year": ("edition = 2018", "", "edition"),
    "an impossible year": ("edition = 2018", "edition = 1", "1"),
    "an unknown form": ('form = "jimu-jigyo-hyoka"', 'form = "nowhere"', "form"),
    "no TOML": ("[folders]", "[folders", "xlsync.toml"),
    "a rate for no period": ("[folders]", '[rates."2017"]\nper-person = 1\nper-hour = 1\n[folders]', "2017"),
    "a rate that is a word": ("[folders]", '[rates."2017-settled"]\nper-person = "x"\nper-hour = 1\n[folders]', "per-person"),
    "half a rate": ("[folders]", '[rates."2017-settled"]\nper-person = 7000\n[folders]', "per-hour"),
}


@pytest.mark.parametrize("name", SETTINGS)
def test_wrong_settings_are_named_by_file_and_place(run: Run, folder: Path, name: str) -> None:
    old, new, word = SETTINGS[name]
    file = folder / "xlsync.toml"
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")
    for command in ("status", "audit"):
        said = run(command, "-C", folder)
        assert (said.code, said.out) == (3, "")
        assert str(file) in said.err
        assert word in said.err
        assert "Input should" not in said.err


def test_settings_in_another_encoding_are_named(run: Run, folder: Path) -> None:
    file = folder / "xlsync.toml"
    file.write_bytes(file.read_text(encoding="utf-8").encode("cp932"))
    said = run("status", "-C", folder)
    assert said.code == 3
    assert str(file) in said.err


def test_settings_saved_by_notepad_are_read(run: Run, folder: Path) -> None:
    file = folder / "xlsync.toml"
    text = file.read_text(encoding="utf-8").replace("\n", "\r\n")
    file.write_bytes(text.encode("utf-8-sig"))
    assert run("status", "-C", folder).code == 0


def test_status_speaks_json(run: Run, folder: Path) -> None:
    run("import", "-C", folder, EXAMPLES)
    said = run("status", "-C", folder, "--json")
    assert said.code == 1
    by_key = {one["key"]: one for one in said.json["sheets"]}
    assert by_key[papers.CLEAN]["state"] == "提出済"
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
    one.write_bytes(typed(data, {"purpose": "甲", "outline": "ほかの欄"}))
    run("import", "-C", folder, one)
    assert conflicts() == 1, "another field's change does not settle it"
    other.write_bytes(typed(data, {"purpose": "甲"}))
    run("import", "-C", folder, other)
    assert conflicts() == 0


def test_one_file_is_one_place_however_it_is_named(run: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_form_build_is_the_same_file_twice(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "t.xlsx"
    assert run("form", "build", "--out", out).code == 0
    first = out.read_bytes()
    assert run("form", "build", "--out", out, "--check").code == 0
    assert run("form", "build", "--out", out).code == 0
    assert out.read_bytes() == first
    out.write_bytes(b"x")
    stale = run("form", "build", "--out", out, "--check")
    assert (stale.code, out.read_bytes()) == (1, b"x")


def test_form_check_names_a_mistake(run: Run, tmp_path: Path) -> None:
    assert "128" in run("form", "check").out
    bad = papers.form_folder(tmp_path / "form", ('path = "mayoral_pledge"', 'path = "mayoral_plegde"'))
    said = run("form", "check", "--form", bad)
    assert said.code == 3
    assert "mayoral_pl" in said.err


def test_form_docs_are_written_and_seen_to_be_true(run: Run, tmp_path: Path) -> None:
    assert run("form", "docs", "--out", tmp_path, "--check").code == 1
    assert run("form", "docs", "--out", tmp_path).code == 0
    assert run("form", "docs", "--out", tmp_path, "--check").code == 0
    for row in papers.field_table():
        assert f"`{row['path']}`" in (tmp_path / "docs/form.md").read_text(encoding="utf-8")
    (tmp_path / "docs/form.md").write_text("stale", encoding="utf-8")
    assert run("form", "docs", "--out", tmp_path, "--check").code == 1


def test_what_is_shipped_is_up_to_date(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parents[2])
    assert run("form", "build", "--check").code == 0
    assert run("form", "docs", "--check").code == 0


def test_the_demo_runs_in_an_empty_folder_only(run: Run, tmp_path: Path) -> None:
    said = run("demo", tmp_path / "demo")
    assert (said.code, said.err) == (0, "")
    assert len(list((tmp_path / "demo/shared/評価シート").rglob("*.xlsx"))) == 5
    assert (tmp_path / "demo/shared/集計/全庁.xlsx").is_file()
    assert "全庁.xlsx" in said.out
    assert run("demo", tmp_path / "demo").code == 3


HEAVY = ("openpyxl", "pydantic", "xlsxwriter", "lxml", "jsonschema", "rich.console")


@pytest.mark.parametrize("words", ["--version", "--help", "import --help"])
def test_the_command_line_comes_at_once(words: str) -> None:
    script = f"""
import sys
sys.argv = ["xlsync", *{words.split()!r}]
from xlsync.cli import main
try:
    main()
except SystemExit as ended:
    assert not ended.code, ended.code
print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stderr.strip() == "[]"
    assert done.stdout
