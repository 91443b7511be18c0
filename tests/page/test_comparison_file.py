"""The city beside others, on the page: what `xlsync national` makes of the publications laid into the city's folder."""

from __future__ import annotations

import io

import openpyxl
import pytest

from tests.national.conftest import CODES, RESIDENTS, files_of, put
from tests.page.visits import Office, text_of

ADDRESS = "/work/files/national.xlsx"


def test_what_others_published_is_compared_with_the_citys_own(office: Office) -> None:
    own, *others = CODES
    put(files_of(own), office.folder / "公表/data/2018")
    for code in others:
        put(files_of(code), office.folder / "ほかの団体" / code)
    lines = ["団体コード,人口", *(f"{code},{count}" for code, count in RESIDENTS.items())]
    lines.append("082201,多数")
    (office.folder / "ほかの団体/人口.csv").write_text("\n".join(lines), encoding="utf-8")
    answer = office.officer().get(ADDRESS)
    assert answer.status_code == 200, text_of(answer)[-800:]
    book = openpyxl.load_workbook(io.BytesIO(answer.get_data()))
    head, *rows = book["団体別"].iter_rows(values_only=True)
    found = [dict(zip(head, row, strict=True)) for row in rows]
    assert {(each["団体コード"], each["人口"]) for each in found} == set(RESIDENTS.items())
    (_, (skipped,)) = book["読み取れなかった人口の行"].iter_rows(values_only=True)
    assert "082201 多数" in str(skipped)


@pytest.mark.parametrize("is_folder_there", [False, True])
def test_nothing_to_compare_is_said_in_a_sentence(office: Office, *, is_folder_there: bool) -> None:
    own, *_ = CODES
    put(files_of(own), office.folder / "公表/data/2018")
    if is_folder_there:
        (office.folder / "ほかの団体").mkdir()
    answer = office.officer().get(ADDRESS)
    assert (answer.status_code, "datapackage.json" in text_of(answer)) == (422, True)
