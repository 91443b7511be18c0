"""Real official forms made into collections, with corrections in Excel only. The forms are not ours to hand on.

Run where ../shared/forms-real, or the folder named by `XLSYNC_OFFICIAL_FORMS`, has the workbooks that docs/form-new.md names.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests import corpus, office
from tests.cli.test_form_new import corrected, row_of
from tests.commands import Run
from xlsync.form.library import load_form
from xlsync.ooxml import patch_cells, read_cells
from xlsync.store import Store
from xlsync.workbook.official.worksheet_roles import DEFINITION

_BESIDE = Path(__file__).resolve().parents[3] / "shared" / "forms-real"
FOLDER = Path(os.environ.get("XLSYNC_OFFICIAL_FORMS") or _BESIDE)
YEAR = 2026
pytestmark = [
    pytest.mark.office,
    pytest.mark.skipif(not FOLDER.is_dir(), reason=corpus.ABSENT),
]


@dataclass(frozen=True)
class RealForm:
    """A real form: its number, what an officer corrects (by cell: column → text), its list, what staff type, what is stored."""

    number: str
    corrections: Mapping[str, Mapping[str, str | None]]
    listed: Mapping[str, str]
    typed: Mapping[str, Any]
    stored: Mapping[str, object] = field(default_factory=dict)


FORMS = (
    RealForm(
        "01",
        {
            "B4:S4": {"E": "欄にしない"},
            "N6:S6": {"B": "届出日", "I": "必須"},
            "H14": {"E": "欄にしない"},
            "H12:S12": {"A": "建築主", "B": "電話"},
            "L16:S16": {"A": "連絡先", "B": "電話"},
            "L14:S14": {"H": "担当課", "K": None, "I": "任意"},
            "E25:L25": {"B": "主要用途", "I": "必須"},
            "I37:S38": {"E": "欄にしない"},
        },
        {"建築物の名称": "豊島マンション"},
        {"N6": "令和8年5月1日", "H10": "山田　太郎", "G27": 12.5, "E31": 300, "E22": "東池袋1-1"},
        {"届出日": "2026-05-01", "氏名": "山田　太郎", "計画に係る部分 建築面積": 300.0},
    ),
    RealForm(
        "33",
        {"D4:S4": {"B": "出張者", "I": "必須"}},
        {"出張者": "総務課　山田"},
        {"A9": "5月1日", "C9": "東京－大阪", "D9": 14000, "D10": 14500, "H9": 9800},
        {"1 行程": "東京－大阪", "運賃(円） 出張者支払 合計": 28500},
    ),
    RealForm(
        "05",
        {},
        {"解体工事等の名称": "旧庁舎解体"},
        {"D12": "RC", "D14": 257.4, "B34": "R8.5.10", "D9": "○", "E16": 8},
        {"解体建築物の概要 構造": "RC", "床面積の合計": 257.4, "特定建設作業及び指定建設作業": "○"},
    ),
)


def _stored(store: Store) -> dict[str, object]:
    [head] = store.heads(YEAR)
    return {" ".join(f.title.split()): head[f.path] for f in head.edition.fields}


@pytest.mark.parametrize("real", FORMS, ids=lambda real: real.number)
def test_a_real_form_is_corrected_in_excel_given_out_filled_in_and_summed_up(
    real: RealForm, tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    [official] = FOLDER.glob(f"{real.number}-*.xlsx")
    monkeypatch.chdir(tmp_path)
    said = run("form", "new", official, "--edition", YEAR)
    assert said.code == 0, said.err
    [guesses] = Path().glob("*_様式の定義.xlsx")
    corrected(guesses, _cells(guesses, real))
    said = run("form", "new", guesses)
    assert said.code == 0, said.err
    [form] = Path().glob("*の様式")
    assert run("form", "build", "--form", form, "--edition", YEAR, "--out", "t.xlsx").code == 0
    assert run("init", "市", "--edition", YEAR, "--form", form).code == 0
    lines = (",".join(real.listed), ",".join(real.listed.values()))
    Path("一覧.csv").write_text("\n".join(lines), encoding="utf-8")
    said = run("sheets", "add", "一覧.csv", "--yes", "-C", "市")
    assert said.code == 0, said.out + said.err
    [book] = Path("市/shared/評価シート").rglob("*.xlsx")
    data = book.read_bytes()
    page = next(iter(read_cells(data)))
    Path("typed").mkdir()
    typed = Path("typed") / book.name
    typed.write_bytes(patch_cells(data, {(page, at): value for at, value in real.typed.items()}))
    [saved] = office.resave([typed], Path("saved"))
    book.write_bytes(saved.read_bytes())
    [receipt] = run("import", book, "-C", "市", "--json").json["receipts"]
    assert receipt["outcome"] == "accepted", receipt["reason"]
    stored = _stored(Store(Path("市/store"), load_form("form", Path("市").resolve())))
    for title, value in real.stored.items():
        held = next(held for name, held in stored.items() if name.endswith(title))
        assert str(held) == str(value), title
    assert run("summarize", "-C", "市").code in {0, 1}
    assert run("export", "--all", "-C", "市").code in {0, 1}


def _cells(guesses: Path, real: RealForm) -> dict[str, str | None]:
    """The corrections by the cells of the worksheet; a cell that was guessed otherwise is an officer's mistake."""
    assert DEFINITION in read_cells(guesses)
    return {
        f"{column}{row_of(guesses, cell)}": text
        for cell, columns in real.corrections.items()
        for column, text in columns.items()
    }
