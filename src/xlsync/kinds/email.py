"""E-mail addresses, in half width: kikaku@city.example.lg.jp."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xlsync.kinds.characters import half_width
from xlsync.kinds.excel.cell_formulas import MARK, cleaned_text
from xlsync.kinds.kind import Example
from xlsync.kinds.texts_by_pattern import TextByPattern
from xlsync.kinds.value import Parsed, Typed, Unreadable, Value, as_typed

if TYPE_CHECKING:
    from xlsync.kinds.excel.cell_formulas import HelperCells, Scalar

_SIGNS: Final = (
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.!#$%&'*+/=?^_`{|}~-@"
)
_LOOKED_AT: Final = 100
_PREFIX: Final = "mailto:"
_CLASS: Final = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]"


@dataclass(frozen=True, slots=True)
class Email(TextByPattern):
    """An e-mail address of Latin letters, digits and marks."""

    name = "email"
    office_word = "メールアドレス"
    english = "e-mail address"
    about = "メールアドレス。全角で入力しても半角にそろえます。"
    shape = "words"
    is_personal = True
    is_number_as_text = False
    json_name = "メールアドレス（例：kikaku@city.example.lg.jp）"
    longest = _LOOKED_AT
    examples = (
        Example("kikaku@city.example.lg.jp", "kikaku@city.example.lg.jp"),
        Example("ｋｉｋａｋｕ＠ｃｉｔｙ．ｅｘａｍｐｌｅ．ｊｐ", "kikaku@city.example.jp"),
        Example("kikaku@city", "メールアドレスではありません", is_refused=True),
        Example("企画課", "メールアドレスではありません", is_refused=True),
    )

    @property
    def expected(self) -> str:
        """What belongs into such a field, as a request."""
        return "メールアドレスを入力してください（例：kikaku@city.example.lg.jp）"

    def parse_filled(self, typed: Typed) -> Parsed | Unreadable:
        """Read an address; that there is such a mailbox is nobody's claim."""
        text = as_typed(typed)
        address = _plain(half_width(text)) if isinstance(typed, str) else ""
        if len(address) > _LOOKED_AT or not _is_address(address):
            return Unreadable(text, "メールアドレスではありません")
        return Parsed(address, normalised=address != typed)

    def pattern(self) -> str:
        """Return the regular expression of an address."""
        inner = _CLASS.replace(".", "", 1)
        return rf"{_CLASS}+@{inner}{_CLASS}*\.(?:{_CLASS}*{inner})"

    def helper_formulas(self, cells: HelperCells) -> dict[str, str]:
        """Return the formulas by which Excel reads an address."""
        at = cells.addresses
        body, domain = at["body"], at["unit"]
        positions = "{" + ",".join(str(at) for at in range(1, _LOOKED_AT + 1)) + "}"
        each = f'FIND(MID({body}&REPT("a",{_LOOKED_AT}),{positions},1),{_quoted_signs()})'
        of_signs = f"SUMPRODUCT(--ISNUMBER({each}))={_LOOKED_AT}"
        one_at = f'LEN({body})-LEN(SUBSTITUTE({body},"@",""))=1'
        inner = f'ISNUMBER(FIND(".",MID({domain},2,LEN({domain})-2)))'
        outer = f'LEFT({domain},1)<>".",RIGHT({domain},1)<>"."'
        sound = f'AND(LEN({body})<={_LOOKED_AT},{of_signs},{one_at},LEFT({body},1)<>"@",LEN({domain})>=3,{outer})'
        address = f"IF({sound},IF({inner},{body},{MARK}),{MARK})"
        plain = f'SUBSTITUTE({at["cleaned"]}," ","")'
        behind = f'MID({body},FIND("@",{body}&"@")+1,200)'
        return {
            "cleaned": cells.cleaned(),
            "body": f'IF(EXACT(LEFT({plain},7),"{_PREFIX}"),MID({plain},8,200),{plain})',
            "unit": behind,
            "value": cells.words(f"IF(ISTEXT({cells.page_cell}),{address},{MARK})"),
        }

    def helper_results(self, value: Value, seen: str) -> dict[str, Scalar]:
        """Return what the formulas of its texts come to."""
        del value
        cleaned = cleaned_text(seen)
        body = _plain(cleaned)
        return {"cleaned": cleaned, "body": body, "unit": body.partition("@")[2]}


def _plain(text: str) -> str:
    return text.replace(" ", "").removeprefix(_PREFIX)


def _is_address(text: str) -> bool:
    name, _, domain = text.partition("@")
    is_plain = text.count("@") == 1 and all(mark in _SIGNS for mark in text)
    is_domain = "." in domain[1:-1] and domain[0] != "." and domain[-1] != "."
    return is_plain and bool(name) and is_domain


def _quoted_signs() -> str:
    return f'"{_SIGNS}"'


__all__ = ["Email"]
