"""Names and tables, what they refer to; a table's headings stand in the table's part as well, and Excel wants both equal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

from xlsync.errors import UnwritableWorkbook
from xlsync.ooxml.a1 import Position, column_letters, split_range
from xlsync.ooxml.opc.package import Parts
from xlsync.ooxml.opc.relationships import related
from xlsync.ooxml.opc.workbook_part import SheetEntry, WorkbookPart
from xlsync.ooxml.xml.encoding import local_name, parsed, string_value


def refuse_table_headings(
    package: Parts, entry: SheetEntry, changes: Mapping[Position, object]
) -> None:
    """Raise UnwritableWorkbook for a heading that is to become another than the table's part says."""
    for part in related(package, entry.part, "table"):
        table = parsed(package.part(part), part)
        if table.get("headerRowCount") == "0":
            continue
        top, left, _, right = split_range(table.get("ref", ""))
        names = dict(enumerate(_headings(table), start=left))
        for (row, column), change in changes.items():
            heading = row == top and left <= column <= right
            if heading and not (isinstance(change, str) and change == names.get(column)):
                where = f"{entry.title}!{column_letters(column)}{row}"
                raise UnwritableWorkbook(
                    "テーブルの見出しのため書き込めません。Excelで直接入力してください。", where
                )


def name_definitions(package: Parts, workbook: WorkbookPart) -> dict[str, str]:
    """What each defined name and each table of the book refers to, by its name in lower case, as formula text.

    One that is given in several scopes means all of it.
    """
    definitions: dict[str, str] = {}
    for name in workbook.names():
        key = name.name.casefold()
        earlier = f"{definitions[key]}," if key in definitions else ""
        definitions[key] = earlier + name.refers_to
    for entry in workbook.worksheets:
        title = entry.title.replace("'", "''")
        for part in related(package, entry.part, "table"):
            table = parsed(package.part(part), part)
            shown = table.get("displayName", table.get("name", ""))
            definitions[shown.casefold()] = f"'{title}'!{table.get('ref', '')}"
    return definitions


def _headings(table: Element) -> Iterator[str]:
    """The names of the table's columns from left to right."""
    for group in table:
        if local_name(group.tag) == "tableColumns":
            yield from (string_value(column.get("name", "")) for column in group)
