"""The acts on disk: read back as written, chained, and every change of a byte named by the audit."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.store.on_disk import on_disk
from xlsync.store.stage_acts import (
    ActSource,
    FieldComment,
    StageAct,
    faults_of_stages,
    stage_acts,
    stage_folder,
    write_stage_act,
)

KEY, YEAR = "01-02", 2018
RETURN = StageAct(
    "return",
    4,
    "2018-06-01T09:00:00+09:00",
    "企画 山田",
    "金額をご確認ください",
    (FieldComment("costs.total", "事業費", "内訳と合いません"),),
)
SUBMIT = StageAct(
    "submit", 5, "2018-06-02T09:00:00+09:00", "佐藤", act_source=ActSource("workbook", "a.xlsx")
)


def test_acts_are_read_back_in_order_as_they_were_written(tmp_path: Path) -> None:
    assert stage_acts(tmp_path, KEY, YEAR) == []
    for act in (RETURN, SUBMIT):
        write_stage_act(tmp_path, KEY, YEAR, act)
    assert stage_acts(tmp_path, KEY, YEAR) == [RETURN, SUBMIT]
    assert stage_acts(tmp_path, KEY, YEAR + 1) == []
    assert list(faults_of_stages(tmp_path)) == []


@pytest.mark.parametrize("number", [1, 2])
def test_a_changed_act_is_named_and_left_out(tmp_path: Path, number: int) -> None:
    for act in (RETURN, SUBMIT):
        write_stage_act(tmp_path, KEY, YEAR, act)
    file = on_disk(stage_folder(tmp_path, KEY, YEAR)) / f"{number}.json"
    file.write_bytes(
        file.read_bytes()
        .replace("山田".encode(), "田山".encode())
        .replace("佐藤".encode(), "藤佐".encode())
    )
    [(path, reason)] = faults_of_stages(tmp_path)
    assert path == f"stages/{YEAR}/{KEY}/{number}.json"
    assert "状況の記録" in reason
    assert stage_acts(tmp_path, KEY, YEAR) == [SUBMIT if number == 1 else RETURN]


def test_a_lost_act_is_named(tmp_path: Path) -> None:
    for act in (RETURN, SUBMIT):
        write_stage_act(tmp_path, KEY, YEAR, act)
    on_disk(stage_folder(tmp_path, KEY, YEAR) / "1.json").unlink()
    assert [path for path, _ in faults_of_stages(tmp_path)] == [f"stages/{YEAR}/{KEY}/1.json"]
