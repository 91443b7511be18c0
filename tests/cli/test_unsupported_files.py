"""Nobody's file is passed over in silence: import, the watcher and the board name it, and say what to do."""

from __future__ import annotations

from html import unescape
from pathlib import Path

import pytest

from tests import office, papers
from tests.commands import EXAMPLES, Run, living
from tests.watching import saying, zipped

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
TEXTS: dict[str, tuple[bytes, str]] = {
    "古い.xls": (OLE, "（.xls）"),
    "二進.xlsb": (b"PK\x03\x04", "（.xlsb）"),
    "ひな形.xltx": (b"PK\x03\x04", "（.xltx）"),
    "開かれた.ods": (b"PK\x03\x04", "（.ods）"),
    "中国製.et": (OLE, "（.et）"),
    "書き出し.csv": ("事業コード,目的\n".encode("cp932"), "（.csv）"),
    "評価シート": (b"PK\x03\x04", "名前の終わりに「.xlsx」がない"),
    "令和5.4.1分": (OLE, "名前の終わりに「.xlsx」がない"),
    "打ち間違い.xslx": (b"PK\x03\x04", "名前の終わりに「.xlsx」がない"),
    "評価.xlsx_提出": (b"PK\x03\x04", "名前の終わりが「.xlsx」ではない"),
    "評価.xlsx ": (b"PK\x03\x04", "名前の終わりが「.xlsx」ではない"),
    "評価.xlsx\u3000": (b"PK\x03\x04", "名前の終わりが「.xlsx」ではない"),
    "評価.xlsx - コピー": (b"PK\x03\x04", "名前の終わりが「.xlsx」ではない"),
    "提出します.eml": (b"From: a\n", "（.eml）"),
    "提出します.MSG": (OLE, "（.msg）"),
    "まとめ.lzh": (b"--lh5-", "（.lzh）"),
    "まとめ.7z": (b"7z\xbc\xaf", "（.7z）"),
    "評価.xlsx - ショートカット.lnk": (b"L\0\0\0", "（.lnk）"),
}
SILENT: dict[str, bytes] = {
    "様式の説明.pdf": b"%PDF-1.7",
    "報告.docx": b"PK\x03\x04",
    "評価.xlsx.pdf": b"%PDF-1.7",
    "読んでください": "メモ".encode(),
    "Thumbs.db": OLE,
    "~$評価.xlsx": bytes(165),
    ".gitignore": b"*",
    "図.png": b"\x89PNG",
}


@pytest.fixture
def town(folder: Path, run: Run) -> Path:
    """A city with living workbooks, and files of people beside them."""
    run("import", "-C", folder, EXAMPLES)
    assert run("export", "-C", folder, "--all").code == 0
    for name, data in {**{name: data for name, (data, _) in TEXTS.items()}, **SILENT}.items():
        (folder / "shared/評価シート" / name).write_bytes(data)
    return folder


def page(folder: Path) -> str:
    return unescape((folder / "shared/提出状況.html").read_text(encoding="utf-8"))


def names_everything(text: str) -> None:
    lines = text.replace("</tr>", "\n").splitlines()
    for name, (_, reason) in TEXTS.items():
        spellings = name, name.replace("\u3000", "\\u3000")
        own = [
            number for number, line in enumerate(lines) if any(map(line.__contains__, spellings))
        ]
        assert any(reason in "".join(lines[number : number + 2]) for number in own), name
    for name in SILENT:
        assert f"{name}<" not in text, name
        assert f"{name}\n" not in text, name


@pytest.mark.parametrize("verb", ["import", "check"])
def test_a_folder_given_to_import_names_what_it_does_not_take(
    town: Path, run: Run, verb: str
) -> None:
    said = run(verb, "-C", town, town / "shared/評価シート")
    assert said.code == 1
    names_everything(said.out)
    assert f"受け取れなかったもの {len(TEXTS)}件" in said.out
    receipts = run(verb, "-C", town, town / "shared/評価シート", "--json").json["receipts"]
    refused = {Path(receipt["file"]).name: receipt["reason"] for receipt in receipts}
    assert {name for name, reason in refused.items() if reason} == set(TEXTS)
    assert len(receipts) == len(TEXTS) + len(papers.KEYS)


def test_the_watcher_names_them_on_the_board(town: Path, run: Run) -> None:
    said = run("watch", "-C", town, "--once")
    assert f"確認の要るファイル {len(TEXTS)}件" in said.out
    names_everything(page(town))


def test_the_board_of_any_command_names_them_where_no_watcher_runs(town: Path, run: Run) -> None:
    book = living(town)
    book.write_bytes(saying(book.read_bytes(), "一つだけ"))
    assert run("import", "-C", town, book).code == 0
    names_everything(page(town))


def test_a_file_renamed_as_told_is_taken(town: Path, run: Run) -> None:
    book = living(town)
    data = saying(book.read_bytes(), "名前を直した")
    wrong = book.with_name("評価.xlsx_提出")
    wrong.write_bytes(data)
    refused = run("import", "-C", town, book.parent)
    assert "名前の終わりが「.xlsx」ではない" in refused.out
    wrong.replace(book)
    run("import", "-C", town, book.parent)
    assert "名前を直した" in (
        next((town / "store/sheets").rglob(f"{papers.CLEAN}.json"))
    ).read_text(encoding="utf-8")


def test_a_zip_is_read_by_import_as_by_the_watcher(town: Path, run: Run, tmp_path: Path) -> None:
    data = saying(living(town).read_bytes(), "圧縮して")
    archive = tmp_path / "提出.zip"
    archive.write_bytes(
        zipped({"課/a.xlsx": data, "課/古い.xls": OLE, "課/中.zip": b"PK", "課/メモ.txt": b"x"})
    )
    receipts = run("import", "-C", town, archive, "--json").json["receipts"]
    outcomes = {receipt["file"].rpartition(" の ")[2]: receipt for receipt in receipts}
    assert outcomes["課/a.xlsx"]["outcome"] == "accepted"
    assert "（.xls）" in outcomes["課/古い.xls"]["reason"]
    assert "圧縮ファイルの中の圧縮ファイル" in outcomes["課/中.zip"]["reason"]
    assert len(outcomes) == 3
    living(town).with_name("提出.zip").write_bytes(archive.read_bytes())
    said = run("import", "-C", town, town / "shared/評価シート", "--json").json["receipts"]
    assert [receipt["outcome"] for receipt in said if "課/a.xlsx" in receipt["file"]] == [
        "unchanged"
    ]


@pytest.mark.parametrize("held", [{"古い.xls": OLE}, {"メモ.txt": b"x"}, {}])
def test_a_zip_without_workbooks_is_refused_with_what_is_in_it(
    town: Path, run: Run, tmp_path: Path, held: dict[str, bytes]
) -> None:
    archive = tmp_path / "提出.zip"
    archive.write_bytes(zipped(held))
    said = run("import", "-C", town, archive)
    assert said.code == 3
    assert ("（.xls）" in said.out) == ("古い.xls" in held)
    assert "圧縮ファイル" in said.out or "Excel" in said.out


def test_what_a_save_left_behind_and_a_link_are_named_by_import(
    town: Path, run: Run, tmp_path: Path
) -> None:
    data = living(town).read_bytes()
    brought = tmp_path / "持参"
    (brought / "箱.xlsx").mkdir(parents=True)
    (brought / "$RECYCLE.BIN").mkdir()
    (brought / "5C0DA120").write_bytes(data)
    (brought / "DEADBEEF").write_bytes(b"something else")
    (brought / "リンク.xlsx").symlink_to(living(town))
    (brought / "箱.xlsx/中.xlsx").write_bytes(data)
    (brought / "$RECYCLE.BIN/捨てた.xlsx").write_bytes(data)
    receipts = run("import", "-C", town, brought, "--json").json["receipts"]
    reasons = {Path(receipt["file"]).name: receipt["reason"] for receipt in receipts}
    assert set(reasons) == {"5C0DA120", "リンク.xlsx", "中.xlsx"}
    assert "保存の途中" in reasons["5C0DA120"]
    assert "リンク" in reasons["リンク.xlsx"]
    assert reasons["中.xlsx"] == ""


@pytest.mark.office
def test_a_file_saved_as_ods_is_received_where_libreoffice_is_installed(
    town: Path, run: Run, tmp_path: Path
) -> None:
    book = living(town)
    changed = tmp_path / "変更.xlsx"
    changed.write_bytes(saying(book.read_bytes(), "古い形式で"))
    (ods,) = office.convert([changed], "ods", book.parent, recalculate=False)
    data = ods.read_bytes()
    said = run("check", "-C", town, ods)
    assert "このファイル（.ods）は、LibreOfficeで.xlsx形式に変えて読み取りました" in said.out
    receipts = run("import", "-C", town, book.parent, "--json").json["receipts"]
    outcomes = {Path(receipt["file"]).name: receipt["outcome"] for receipt in receipts}
    assert outcomes["変更.ods"] == "accepted"
    assert "古い形式で" in (next((town / "store/sheets").rglob(f"{papers.CLEAN}.json"))).read_text(
        encoding="utf-8"
    )
    assert ods.read_bytes() == data
    assert "変更.ods" in page(town)
    assert "（.ods）は、LibreOfficeで.xlsx形式に変えて読み取りました" in page(town)
    (town / "xlsync.toml").write_text(
        f'{(town / "xlsync.toml").read_text(encoding="utf-8")}\n[libreoffice]\nprogram = "off"\n',
        encoding="utf-8",
    )
    assert "受け取れない形式（.ods）" in run("check", "-C", town, ods).out
