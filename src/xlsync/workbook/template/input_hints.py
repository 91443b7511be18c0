"""What Excel shows beside the selected cell of a field: what belongs there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from xlsync.form.edition import Field

_HINT_LIMIT: Final = 255
_TITLE_LIMIT: Final = 32


def input_message(field: Field) -> tuple[str, str]:
    """Return the title and the text of what Excel shows beside the selected cell."""
    return _shortened(field.label, _TITLE_LIMIT), _shortened(input_hint(field), _HINT_LIMIT)


def input_hint(field: Field) -> str:
    """Return the text Excel shows beside the selected cell."""
    if field.hint:
        return field.hint
    if field.filled_by == "computed":
        return "自動で計算されます。入力は不要です。"
    if field.filled_by == "office":
        return "企画担当が記入する欄です。変更が必要なときは企画担当に連絡してください。"
    dash = "該当がないときは「-」を入力してください。" if field.dash_allowed else ""
    break_hint = "改行は Alt+Enter です。" if field.multiline else ""
    return f"{field.expected}。{break_hint}{dash}"


def _shortened(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


__all__ = ["input_hint", "input_message"]
