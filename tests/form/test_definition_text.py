"""form.toml as people save it: read where that is sure, else told with line and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.example_forms import FOLDER
from xlsync.errors import FormError
from xlsync.form.library import load_form

TEXT = (FOLDER / "hojokin" / "form.toml").read_text(encoding="utf-8")


def saved(folder: Path, data: bytes) -> str:
    (folder / "form.toml").write_bytes(data)
    return str(folder)


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    form = load_form(saved(tmp_path, b"\xef\xbb\xbf" + TEXT.encode()))
    assert form.definition.id == "hojokin-check"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (TEXT.encode("cp932", "replace"), "文字コードを「UTF-8」にして保存し直してください"),
        (
            TEXT.replace("[[field]]", "［［field］］", 1).encode(),
            "全角の「［」「］」を半角に直してください",
        ),
        (
            TEXT.replace("format = 1", "format ＝ 1", 1).encode(),
            "2行目「format ＝ 1」がTOMLとして読めません。全角の「＝」を",
        ),
        (TEXT.replace('id = "', "id = ", 1).encode(), '文字を囲む「"」の数が合っていません'),
        (
            TEXT.replace("filled-by", "filled_by", 1).encode(),
            "知らない項目名です。「filled-by」ではありませんか",
        ),
        (TEXT.replace("required =", "requierd =", 1).encode(), "「required」ではありませんか"),
        (
            TEXT.replace("required =", "xyz =", 1).encode(),
            "知らない項目名です。つづりを確かめてください",
        ),
    ],
)
def test_what_cannot_be_read_is_told_with_what_to_do(
    data: bytes, says: str, tmp_path: Path
) -> None:
    with pytest.raises(FormError) as fault:
        load_form(saved(tmp_path, data))
    assert says in fault.value.reason
