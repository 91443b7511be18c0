"""LibreOffice recalculates workbooks for many contents of their cells, in one process, by a macro.

Opening, calculating and saving a workbook for each content takes several times as long.
"""

from __future__ import annotations

import itertools
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from tests import office
from xlsync.workbook.checks.check_layout import cell_at

Scalar: TypeAlias = "str | int | float | None"
Content: TypeAlias = Mapping[tuple[str, str], Scalar]
"""(worksheet, address) → what to put there; None empties the cell."""
Results: TypeAlias = dict[str, dict[str, Any]]

_ESCAPED = str.maketrans({"\n": "\x02", "\r": "\x03", "\t": "\x04"})
_MACRO = """
Sub Main
  Dim document, lines, parts, line As String, made As Long
  On Error GoTo Failed
  lines = createUnoService("com.sun.star.io.TextInputStream")
  lines.setInputStream(createUnoService("com.sun.star.ucb.SimpleFileAccess").openFileRead("{orders}"))
  lines.setEncoding("UTF-8")
  Do While Not lines.isEOF()
    line = lines.readLine()
    parts = Split(line, Chr(9))
    If line = "calculate" Then
      document.calculate()
      Export document, made
      made = made + 1
    ElseIf UBound(parts) = 1 Then
      If Not IsEmpty(document) Then document.close(True)
      document = Load(parts(1))
    ElseIf UBound(parts) = 3 Then
      Put document.Sheets.getByName(parts(0)).getCellRangeByName(parts(1)), parts(2), parts(3)
    End If
  Loop
  StarDesktop.terminate()
  Exit Sub
Failed:
  Open ConvertFromURL("{results}/failed.txt") For Output As #1
  Print #1, Err & " " & Error$ & " line " & Erl & " of the macro, at: " & line
  Close #1
  StarDesktop.terminate()
End Sub

Function Load(url)
  Dim how(0) As New com.sun.star.beans.PropertyValue, document, i As Long
  how(0).Name = "Hidden"
  how(0).Value = True
  document = StarDesktop.loadComponentFromURL(url, "_blank", 0, how())
  document.enableAutomaticCalculation(False)
  For i = 0 To document.Sheets.Count - 1
    document.Sheets.getByIndex(i).unprotect("")     ' or it would leave locked cells as they are
  Next i
  Load = document
End Function

Sub Put(cell, kind, ByVal value)
  If kind = "s" Then
    value = Replace(Replace(Replace(value, Chr(2), Chr(10)), Chr(3), Chr(13)), Chr(4), Chr(9))
    cell.setString(value)
  ElseIf kind = "n" Then
    cell.setValue(Val(value))
  Else
    cell.setFormula("")
  End If
End Sub

' Texts in quotes, numbers as they are held; only an error is neither.
Sub Export(document, made)
  Dim how(1) As New com.sun.star.beans.PropertyValue, title, number As Long, i As Long
  how(0).Name = "FilterName"
  how(0).Value = "Text - txt - csv (StarCalc)"
  how(1).Name = "FilterOptions"
  For Each title In Array({titles})
    For i = 0 To document.Sheets.Count - 1
      If document.Sheets.getByIndex(i).Name = title Then number = i + 1
    Next i
    how(1).Value = "44,34,76,1,,0,true,true,false,false,false," & number
    document.storeToURL("{results}/" & made & ".csv", how())   ' it appends the title
  Next title
End Sub
"""


def calculated(
    books: Sequence[tuple[bytes, Sequence[Content]]], titles: Sequence[str], seconds: float = 300
) -> list[list[Results]]:
    """What LibreOffice makes of these worksheets of each workbook for each content, put in one after the other.

    A cell that a content does not name keeps what the content before it put there.
    """
    with tempfile.TemporaryDirectory(prefix="calculation-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        orders = folder / "orders.txt"
        lines = [
            line for number, book in enumerate(books) for line in _orders(folder, number, *book)
        ]
        # Of the last line, LibreOffice keeps the line's end.
        orders.write_text("".join(f"{line}\n" for line in [*lines, ""]), encoding="utf-8")
        macro = _MACRO.format(
            orders=orders.as_uri(),
            results=folder.as_uri(),
            titles=", ".join(f'"{title}"' for title in titles),
        )
        office.run_macro(folder, macro, seconds)
        failed = folder / "failed.txt"
        assert not failed.exists(), failed.read_text(encoding="utf-8", errors="replace")
        places = itertools.count()
        return [
            [_results(folder, place, titles) for _, place in zip(contents, places, strict=False)]
            for _, contents in books
        ]


def _orders(folder: Path, number: int, data: bytes, contents: Sequence[Content]) -> Iterator[str]:
    book = folder / f"{number}.xlsx"
    book.write_bytes(data)
    yield f"open\t{book.as_uri()}"
    for content in contents:
        yield from (f"{title}\t{at}\t{_typed(value)}" for (title, at), value in content.items())
        yield "calculate"


def _results(folder: Path, place: int, titles: Sequence[str]) -> Results:
    return {title: _values(folder / f"{place}-{title}.csv") for title in titles}


def _typed(value: Scalar) -> str:
    if value is None:
        return "e\tempty"
    return f"s\t{value.translate(_ESCAPED)}" if isinstance(value, str) else f"n\t{value!r}"


_CELL = re.compile(r'(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n|\Z)')


def _values(file: Path) -> dict[str, Any]:
    """Address → text or number; the word of an error is text, which no formula here comes to."""
    values: dict[str, Any] = {}
    row = column = 1
    for text, bare, end in _CELL.findall(file.read_text(encoding="utf-8-sig")):
        if bare:
            values[cell_at(row, column)] = _number(bare)
        elif text:
            values[cell_at(row, column)] = text.replace('""', '"')
        row, column = (row, column + 1) if end == "," else (row + 1, 1)
    return values


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text
