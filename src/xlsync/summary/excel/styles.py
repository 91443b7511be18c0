"""How a summary looks: fonts, colours and number formats, as plain data. Nothing is told by colour alone."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

Style = Mapping[str, str | int | float | bool]

FONT: Final = "ＭＳ Ｐゴシック"
SIZE: Final = 10
MONEY: Final = "#,##0;△#,##0"
PERSONS: Final = "#,##0.00_ _ ;△#,##0.00_ _ "
"""Room on the right by the format: LibreOffice forgets the indent of a number with decimals."""
MEASURE: Final = "#,##0.00;△#,##0.00"
ANY: Final = "#,##0.########;△#,##0.########"
COUNT: Final = "0"
SHARE: Final = "0.0%_ _ ;△0.0%_ _ "
SPACED_MONEY: Final = "#,##0_ _ ;△#,##0_ _ "
MISSING: Final = '"未"0;;'

INK: Final = "#1F2933"
LINE: Final = "#9AA5B1"
PALE_LINE: Final = "#D9E2EC"
DARK: Final = "#0B4F9E"
ACCENT: Final = "#D55E00"
_QUIET = "#616E7C"
_HEAD = "#D9E2EC"
_STRONG = "#EEF2F6"
_PALE = "#FFF3CF"


def style(*layers: Style, **more: str | float | bool) -> Style:
    """Merge style layers; later ones override earlier ones. Equal styles are one object, however many cells have them."""
    laid: dict[str, str | int | float | bool] = {}
    for layer in (*layers, more):
        laid |= layer
    return _single(tuple(laid.items()))


@cache
def _single(entries: tuple[tuple[str, str | int | float | bool], ...]) -> Style:
    return MappingProxyType(dict(entries))


PLAIN: Final = style(
    font_name=FONT, font_size=SIZE, font_color=INK, valign="vcenter", font_scheme=""
)
TITLE: Final = style(PLAIN, font_size=15, bold=True)
NOTE: Final = style(PLAIN, font_size=9, font_color=_QUIET)

CELL: Final = style(PLAIN, border=1, border_color=LINE)
HEAD: Final = style(CELL, bg_color=_HEAD, bold=True, align="center", text_wrap=True)
SUBHEAD: Final = style(HEAD, bold=False, font_size=9)
SHORT_HEAD: Final = style(SUBHEAD, shrink=True, text_wrap=False)
TEXT: Final = style(CELL, text_wrap=True, indent=1)
WORD: Final = style(CELL, text_wrap=True, align="center")
LINKED: Final = style(font_color="#0B4F9E", underline=1)
NUMBER: Final = style(CELL, align="right", indent=1)
COUNTED: Final = style(CELL, align="center", num_format=COUNT)
INDEX: Final = style(PLAIN, font_size=8, font_color=_QUIET, align="center")

STRONG: Final = style(bold=True, bg_color=_STRONG)
STRONGER: Final = style(bold=True, bg_color=_HEAD)
LAYERS: Final = (style(), STRONG, STRONGER)
"""How the levels of a tree look, from the deepest up."""
WHOLE: Final = style(STRONGER, top=6)

LACKING: Final = style(bg_color=_PALE)
GREYED: Final = style(CELL, bg_color="#C9D1D9")
SUM_NAME: Final = style(CELL, STRONGER, align="right", indent=1)
SUM_NOTE: Final = style(bold=False, indent=1, font_size=9, num_format="0;;")
GRAVE: Final = style(bold=True, font_color="#9C1C1C")
AMOUNT: Final = style(right=0, indent=0, num_format=MONEY)
MARK: Final = style(CELL, align="left", left=0, num_format=MISSING)
SMALL: Final = style(bold=False, font_size=8)
CHANGE: Final = style(NUMBER, num_format="+#,##0_ _ ;△#,##0_ _ ;0_ _ ", indent=0)
CHANGE_PERSONS: Final = style(NUMBER, num_format="+#,##0.00_ _ ;△#,##0.00_ _ ;0.00_ _ ", indent=0)
CHANGE_POINTS: Final = style(
    NUMBER, num_format='+0.0"ポイント"_ ;△0.0"ポイント"_ ;0.0"ポイント"_ ', shrink=True, indent=0
)
CHANGE_SHARE: Final = style(NUMBER, num_format="+0.0%_ _ ;△0.0%_ _ ;0.0%_ _ ", indent=0)
CARD_NAME: Final = style(
    PLAIN, font_size=9, font_color=_QUIET, border=1, border_color=LINE, bottom=0, indent=1
)
CARD: Final = style(
    PLAIN, font_size=18, bold=True, align="center", border=1, border_color=LINE, top=0, bottom=0
)
CARD_NOTE: Final = style(PLAIN, font_size=9, align="center", border=1, border_color=LINE, top=0)
CAPTION: Final = style(PLAIN, bold=True, font_size=11)
PROSE: Final = style(TEXT, valign="top", align="left")
SHARED: Final = style(num_format=SHARE, indent=0)
