"""An official form as guessed: its page, title and year, its fields, and what the office should know of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from xlsync.errors import WorkbookError
from xlsync.form.years import parse_year
from xlsync.workbook.official.field_guess import fields_of
from xlsync.workbook.official.form_words import label_text
from xlsync.workbook.official.input_areas import has_unlocked_inputs, input_areas
from xlsync.workbook.official.official_field import OfficialField, OfficialForm
from xlsync.workbook.official.several_pages import fields_of_pages
from xlsync.workbook.official.year_heading import year_heading

if TYPE_CHECKING:
    from xlsync.workbook.official.official_workbook import OfficialWorkbook
    from xlsync.workbook.official.page_grid import Area, PageGrid

_TITLE: Final = re.compile(r"書|票|届|表|調書|シート|目録|計画|報告|申請|一覧|台帳|登録簿")
_SHORTEST_TITLE, _LONGEST_TITLE = 3, 60
_TITLE_ROWS: Final = 6
"""A title stands in the first sixth of a page."""
_YEAR: Final = re.compile(r"(?:令和|R)\s*(?:[0-9０-９]{1,2}|元)\s*年度")
_LISTED: Final = 5
_UNLOCKED: Final = "シートが保護されています。ロックされていないセルを欄と考えました"
_ALL_LOCKED: Final = "シートが保護されていますが、ロックを外したセルがありません。罫線で囲んだ空欄などを欄と考えました"


def guessed_form(official: OfficialWorkbook, worksheets: Sequence[str], year: int) -> OfficialForm:
    """Return what is guessed of worksheets that are one form; where none is named, of the one with the most inputs.

    Raises WorkbookError where there is no such worksheet, or nothing to be filled in is recognised on one.
    """
    titles = tuple(dict.fromkeys(_page(official, title) for title in worksheets or (None,)))
    grids = [official.grid(title) for title in titles]
    pages = [_fields_on(official, grid) for grid in grids]
    fields = fields_of_pages(titles, pages)
    remarks = [
        f"シート「{grid.title}」：{remark}" if len(titles) > 1 else remark
        for grid in grids
        for remark in _remarks(official, grid)
    ]
    title, year_of_form = title_of(grids[0]), _year(grids[0], pages[0], year)
    return OfficialForm(title, titles, year_of_form, tuple(fields), tuple(remarks))


def _fields_on(official: OfficialWorkbook, grid: PageGrid) -> list[OfficialField]:
    """Return the fields of a worksheet; WorkbookError where it has none."""
    fields, page = fields_of(grid), grid.title
    if not fields:
        reason = (
            f"シート「{page}」に、記入する欄が見つかりません。"
            "欄を罫線で囲むか、記入するセルのロックを外して保存し、もう一度実行してください"
        )
        raise WorkbookError(reason, official.name)
    return fields


def _page(official: OfficialWorkbook, worksheet: str | None) -> str:
    """Return the title of the worksheet to be looked at."""
    titles = [page.title for page in official.pages()]
    listed = "、".join(titles)
    if worksheet is not None and worksheet not in titles:
        reason = (
            f"シート「{worksheet}」がありません。次のどれかを --sheet で指定してください：{listed}"
        )
        raise WorkbookError(reason, official.name)
    forms = official.form_pages()
    if worksheet is None and not forms:
        reason = (
            f"様式のシートが見つかりません。シートの名前を --sheet で指定してください：{listed}"
        )
        raise WorkbookError(reason, official.name)
    if worksheet is not None or len(forms) == 1:
        return worksheet or forms[0]
    return max(forms, key=lambda title: len(input_areas(official.grid(title))))


def _year(grid: PageGrid, fields: Sequence[OfficialField], year: int) -> int:
    """Return the fiscal year that the title says, else the latest of the headings that has begun, else the year given."""
    headings = [year_heading(field.field_words.heading) for field in fields]
    begun = [heading.year for heading in headings if heading is not None and heading.year <= year]
    named = _YEAR.search(title_of(grid))
    year_of_title = parse_year(re.sub(r"\s", "", named[0])) if named else None
    return year_of_title or max(begun, default=year)


def _remarks(official: OfficialWorkbook, grid: PageGrid) -> Iterator[str]:
    """Yield what the office should know of the official form."""
    lost = official.lost(grid.title)
    if lost:
        yield f"{'、'.join(lost)}は、作る様式には残りません（元のファイルはそのままです）"
    if grid.is_protected:
        yield _UNLOCKED if has_unlocked_inputs(grid) else _ALL_LOCKED
    if grid.hidden_parts:
        more = len(grid.hidden_parts) - _LISTED
        shown = "、".join(grid.hidden_parts[:_LISTED]) + (f" ほか{more}" if more > 0 else "")
        yield f"隠れている行や列があります（{shown}）。そこにある欄も一覧に入れています"
    formulas = [atom for atom in grid.atoms if grid.look(atom.top, atom.left).formula]
    if formulas:
        yield (
            f"計算式のセルが{len(formulas)}あります（{formulas[0].first} など）。"
            "合計と分かったものは欄にし、ほかは計算式のまま残します"
        )


def title_of(grid: PageGrid) -> str:
    """Return the page's title: the widest text near its top that says 書, 票 or the like; else the worksheet's name."""
    likely = [text for text in grid.texts if _is_title(grid, text)]
    widest = max(likely, key=lambda text: (len(text.columns), -text.top), default=None)
    return grid.title if widest is None else label_text(grid.text(widest))


def _is_title(grid: PageGrid, area: Area) -> bool:
    text = label_text(grid.text(area))
    is_near_top = area.top <= grid.bounds.top + max(4, len(grid.bounds.rows) // _TITLE_ROWS)
    is_short = _SHORTEST_TITLE <= len(text) <= _LONGEST_TITLE and "。" not in text
    return is_near_top and is_short and text[:1] not in "※（(" and _TITLE.search(text) is not None
