"""What the open data say: everything that is public, exactly, and nothing else."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import subprocess
import sys
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests import papers
from tests.cities import City
from tests.small_forms import SMALL_FORMS, YEAR, SmallForm
from xlsync.exchange import Source, Terms
from xlsync.exchange.receive import receive
from xlsync.publication.city_code import is_city_code
from xlsync.publication.open_data.data_package import DESCRIPTOR, data_files
from xlsync.publication.public_fields import public_edition, public_sheet
from xlsync.publication.publishable_sheets import published_year
from xlsync.publication.published_year import PublishedYear, Publisher
from xlsync.publication.write_publication import PublicationContents, publish
from xlsync.sheet import Sheet
from xlsync.store import Store
from xlsync.summary.figures.figures import figures_of
from xlsync.summary.figures.projects import Item


def rows_of(files: dict[str, bytes], name: str) -> list[dict[str, str]]:
    """The rows of a CSV file, as a coder reads them."""
    return list(csv.DictReader(io.StringIO(files[f"{name}.csv"].decode("utf-8-sig"))))


def test_the_script_of_the_guide_for_coders_rebuilds_the_summary_table(
    year: PublishedYear, city: City, tmp_path: Path
) -> None:
    guide = Path(__file__).parents[2] / "docs/ja/open-data.md"
    script = guide.read_text(encoding="utf-8").partition("```python\n")[2].partition("```")[0]
    assert len([line for line in script.splitlines() if line.strip()]) <= 20
    publish(tmp_path / "公表", PublicationContents(year))
    ran = subprocess.run(
        [sys.executable, "-X", "utf8", "-I", "-c", script],
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    items = [Item(sheet) for sheet in city.store.heads(papers.EDITION)]
    edition = city.terms.form.at(papers.EDITION)
    summary = figures_of(items, department=None, edition=edition)
    expected = {
        f"{' '.join(group.names)} {label} {group.total(f'costs.{key}.project_cost').amount:,}千円"
        for group in summary.groups
        for key, label in edition.axis("period")
        if len(group.names) == 2 and group.total(f"costs.{key}.project_cost").amount is not None
    }
    assert set(ran.stdout.decode().splitlines()) == expected


def test_twenty_lines_over_the_csv_files_rebuild_the_summary_table(
    year: PublishedYear, city: City
) -> None:
    files = data_files(year, has_parquet=False)
    division_of: dict[str, tuple[str, str]] = {}
    table: dict[tuple[str, ...], int] = defaultdict(int)
    for row in rows_of(files, "sheets"):
        division_of[row["識別番号"]] = row["所属 部等名"], row["所属 課等名"]
    for row in rows_of(files, "figures"):
        if row["項目"].startswith("事業実施コスト") and row["単位"] == "千円" and row["値"]:
            place = *division_of[row["識別番号"]], row["項目名"], row["区分"]
            table[place] += int(row["値"])

    items = [Item(sheet) for sheet in city.store.heads(papers.EDITION)]
    edition = city.terms.form.at(papers.EDITION)
    summary = figures_of(items, department=None, edition=edition)
    divisions = [group for group in summary.groups if len(group.names) == 2]
    checked = 0
    for group in divisions:
        for (*names, item, period), amount in table.items():
            path = item.replace("costs.", f"costs.{period}.")
            if tuple(names) == group.names:
                assert group.total(path).amount == amount
                checked += 1
    assert checked == len(table) > 20


def test_the_proof_sums_are_those_of_the_figures(year: PublishedYear) -> None:
    files = data_files(year, has_parquet=False)
    sums: dict[tuple[str, str], float] = defaultdict(float)
    for row in rows_of(files, "figures"):
        if row["値"]:
            sums[row["項目名"], row["区分"]] += float(row["値"])
    proofs = [row for row in rows_of(files, "proof") if row["範囲"] == "全庁"]
    assert len(proofs) > 30
    for row in proofs:
        assert float(row["合計"] or 0) == pytest.approx(sums[row["項目名"], row["区分"]])
        counts = (row[name] for name in ("数値", "「-」", "未入力", "読み取れない"))
        assert sum(map(int, counts)) == int(row["シート"]) == 5


def test_zero_dash_and_blank_are_told_apart(year: PublishedYear) -> None:
    rows = rows_of(data_files(year, has_parquet=False), "figures")
    states = {(row["値"] or None, row["記載"]) for row in rows}
    assert {("0", "数値"), (None, "「-」"), (None, "未入力")} <= states
    assert not any(value is not None and state != "数値" for value, state in states)


def test_the_json_of_a_sheet_is_the_sheet(year: PublishedYear, official: Path) -> None:
    files = data_files(year, has_parquet=False)
    for key in papers.KEYS:
        published = json.loads(files[f"sheets/{key}.json"])
        source = json.loads((official / f"{key}.json").read_bytes())
        assert {name: published[name] for name in source} == source


def test_the_descriptor_names_every_file_with_its_hash_and_every_column(
    year: PublishedYear,
) -> None:
    files = data_files(year, has_parquet=True)
    package: dict[str, Any] = json.loads(files[DESCRIPTOR])
    named = [*package["resources"], *package["other_formats"]]
    assert {entry["path"] for entry in named} == set(files) - {DESCRIPTOR}
    for entry in named:
        data = files[entry["path"]]
        assert entry["hash"] == "sha256:" + hashlib.sha256(data).hexdigest()
    for resource in package["resources"]:
        head = next(csv.reader(io.StringIO(files[resource["path"]].decode("utf-8-sig"))))
        assert [field["name"] for field in resource["schema"]["fields"]] == head
        assert len(set(head)) == len(head)
    assert package["licenses"] == [{"title": "CC BY 4.0", "path": "https://example.org/by/4.0"}]
    assert package["counts"] == {"登録": 5, "公表": 5}


def test_equal_stores_are_published_as_equal_bytes(year: PublishedYear, tmp_path: Path) -> None:
    for name in ("a", "b", "b"):
        publish(tmp_path / name, PublicationContents(year, has_parquet=True))
    files = {
        name: {
            file.relative_to(tmp_path / name): file.read_bytes()
            for file in (tmp_path / name).rglob("*")
            if file.is_file()
        }
        for name in ("a", "b")
    }
    assert files["a"] == files["b"]
    assert sorted(path.name for path in tmp_path.iterdir() if path.name[0] == ".") == []


@pytest.mark.parametrize("small", SMALL_FORMS, ids=lambda small: small.name)
def test_forms_of_other_families_are_published_without_names_of_persons(
    small: SmallForm, tmp_path: Path, publisher: Publisher
) -> None:
    form = small.form(tmp_path)
    store = Store(tmp_path / "store", form, must_exist=False)
    store.create()
    terms = Terms(form, YEAR)
    for key, document in small.documents(form.at(YEAR)).items():
        source = Source(f"{key}.json", "2018-07-02T09:00:00+09:00", "企画担当")
        assert receive(store, terms, document, source)[0].outcome == "accepted"
    year = published_year(store, terms, publisher, has_unconfirmed=True)
    files = data_files(year, has_parquet=False)
    assert [row["識別番号"] for row in rows_of(files, "sheets")] == [
        each.sheet.id for each in year.public_sheets
    ]
    persons = [field.path for field in form.at(YEAR).fields if field.kind.name == "person"]
    assert not set(persons) - set(form.at(YEAR).definition.identity.key) & set(year.edition.by_path)


def test_what_the_form_calls_not_public_is_in_no_file(year: PublishedYear) -> None:
    edition = year.public_sheets[0].sheet.edition
    hidden = "years.2017.issues"
    entries = [
        field.entry.model_copy(update={"public": False}) if field.path == hidden else field.entry
        for field in edition.fields
    ]
    fields = tuple(
        replace(field, entry=entry) for field, entry in zip(edition.fields, entries, strict=True)
    )
    with_hidden = replace(edition, fields=fields)
    sheets = tuple(
        replace(each, sheet=public_sheet(_of_edition(each.sheet, with_hidden)))
        for each in year.public_sheets
    )
    narrowed = replace(year, edition=public_edition(with_hidden), public_sheets=sheets)
    files = data_files(narrowed, has_parquet=False)
    secret = str(year.public_sheets[0].sheet[hidden]).splitlines()[0]
    assert any(secret in data.decode() for data in data_files(year, has_parquet=False).values())
    assert not any(secret in data.decode() for data in files.values())


def _of_edition(sheet: Sheet, edition: Any) -> Sheet:
    return Sheet(edition, sheet.key, dict(sheet), sheet.revision).with_id(sheet.id)


def test_a_city_code_has_its_check_digit() -> None:
    assert is_city_code("082201")  # つくば市
    assert is_city_code("131016")  # 千代田区
    assert not is_city_code("082202")
    assert not is_city_code("08220")
