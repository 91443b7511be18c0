"""ONE REMARK on a cell or a relation between cells, and the catalogue of all remarks there are.

A finding is about the department's data and is a value. Its sentence says, in Japanese and without blame, where, what,
and what to do. `CATALOGUE` is the only place of the sentences; `docs/findings.md` is written from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final, Literal

Severity = Literal["error", "warning", "note"]
SEVERITIES: Final[tuple[Severity, ...]] = ("error", "warning", "note")
SEVERITY_WORDS: Final = MappingProxyType({"error": "エラー", "warning": "注意", "note": "参考"})


@dataclass(frozen=True, slots=True)
class Entry:
    """A kind of finding: its usual severity and its sentence, with the facts it needs in braces."""

    severity: Severity
    sentence: str


CATALOGUE: Final[Mapping[str, Entry]] = MappingProxyType(
    {
        # --- what stands in a cell
        "unreadable": Entry(
            "error",
            "「{field}」に入力された「{typed}」を読み取れません（{reason}）。{expected}。入力された内容は保管しています。",
        ),
        "cell-error": Entry(
            "error",
            "「{field}」がエラー値（{typed}）になっています。計算式を直すか、値を入力してください。",
        ),
        "normalised": Entry(
            "note", "「{field}」に入力された「{typed}」を「{shown}」として受け取りました。"
        ),
        "formula": Entry(
            "note",
            "「{field}」に計算式が入力されています。計算結果の「{shown}」を受け取りました。そのままで差し支えありません。",
        ),
        "formula-without-result": Entry(
            "error",
            "「{field}」の計算式（={typed}）の結果がファイルに保存されていません。"
            "Excelで開いて保存し直すか、計算結果の値を直接入力してください。",
        ),
        "formula-replaced": Entry(
            "warning",
            "「{field}」は自動計算の欄ですが、計算式のかわりに「{shown}」が入力されています。"
            "Excelの「元に戻す」で計算式に戻すか、金額が正しいか確かめてください。",
        ),
        "healed": Entry(
            "note",
            "{count}個の欄は、セルに付けてある目印（名前）が失われていたため、まわりの見出しから場所を確かめて受け取りました"
            "（{parts}）。そのままで差し支えありません。",
        ),
        "ambiguous-cell": Entry(
            "error",
            "「{field}」の欄がどのセルか確かめられません（セルに付けてある目印が失われ、まわりの見出しやセルの形も様式と違います）。"
            "「元に戻す」で様式の形に戻すか、新しい様式に写してください。この欄は受け取らず、登録済みの内容のままにしています。",
        ),
        "lost-cell": Entry(
            "error",
            "「{field}」の欄が見つかりません。行や列、セルを削除した場合は「元に戻す」で戻すか、"
            "新しい様式に写してください。この欄は登録済みの内容のままにし、ほかの欄は受け取りました。",
        ),
        # --- what must hold in a sheet
        "required": Entry("error", "「{field}」が未入力です。入力してください{dash}。"),
        "required-with": Entry(
            "error", "「{other}」が入力されているときは、「{field}」も入力してください。"
        ),
        "dash-refused": Entry("error", "「{field}」が「-」になっています。{expected}。"),
        "not-in-closed-list": Entry(
            "error",
            "「{field}」の「{shown}」は選択肢にありません。次から選んでください：{choices}。",
        ),
        "not-in-list": Entry(
            "warning",
            "「{field}」の「{shown}」は選択肢にありません。次から選ぶか、このままでよいか企画担当に確かめてください：{choices}。",
        ),
        "too-many-decimals": Entry(
            "warning",
            "「{field}」は小数第{decimals}位までです（入力値 {shown}）。端数を確かめてください。",
        ),
        "negative": Entry(
            "error", "「{field}」がマイナス（{shown}）になっています。0以上の数を入力してください。"
        ),
        "too-long": Entry(
            "error",
            "「{field}」が長すぎます（{length}字）。Excelの1セルの上限32,767字以内にしてください。",
        ),
        "sum": Entry(
            "error",
            "「{field}」が内訳の合計と一致しません（記載 {shown}、内訳の合計 {sum}、差 {difference}）。"
            "内訳を確かめてください：{parts}。",
        ),
        "personnel-cost": Entry(
            "warning",
            "「{field}」が市の単価による計算と一致しません（記載 {shown}、計算 {sum}、差 {difference}）。"
            "従事割合（{persons}）、時間外勤務（{hours}）と人件費を確かめてください。",
        ),
        # --- what must hold between sheets
        "program-total": Entry(
            "warning",
            "「{field}」が、受け取り済みの同じ予算事業の事務事業（{count}件）の合計と一致しません"
            "（記載 {shown}、合計 {sum}、差 {difference}）。金額と、ほかの事務事業のシートを確かめてください。",
        ),
        # --- what several people changed, and slips of the hand
        "cleared": Entry(
            "error",
            "前に受け取ったときに入力されていた{count}欄が空欄になっています（{fields}）。誤って消した場合は"
            "「元に戻す」か控えで戻して保存し直してください。意図して消した場合は企画担当に連絡してください"
            "（`xlsync import --clearing-meant` で受け取れます）。それまで、このブックの内容は受け取りません。",
        ),
        "conflict": Entry(
            "error",
            "「{field}」がほかの人の変更と重なりました（このファイル {shown}、登録済み {kept}）。"
            "登録済みの内容のままにしています。どちらにするか企画担当に連絡してください。",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark. `path` is "" where no single field is meant; `worksheet` and `cell` are "" until a workbook is known."""

    code: str
    severity: Severity
    path: str
    message: str
    worksheet: str = ""
    cell: str = ""
    facts: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    def at(self, worksheet: str, cell: str) -> Finding:
        """Give the finding placed in a workbook."""
        return replace(self, worksheet=worksheet, cell=cell)

    def to_document(self) -> dict[str, str]:
        """Give the finding as the contract's JSON."""
        return {
            "code": self.code,
            "severity": self.severity,
            "path": self.path,
            "worksheet": self.worksheet,
            "cell": self.cell,
            "message": self.message,
        }


def finding(
    code: str,
    path: str,
    severity: Severity | None = None,
    sentence: str | None = None,
    /,
    **facts: str,
) -> Finding:
    """Make a finding of the catalogue; `sentence` names another entry whose words are used (a rule has its own code)."""
    entry = CATALOGUE[sentence or code]
    told = {name: _brief(fact) if name in _QUOTED else fact for name, fact in facts.items()}
    return Finding(
        code, severity or entry.severity, path, entry.sentence.format(**told), facts=facts
    )


def worst(findings: tuple[Finding, ...]) -> Severity | None:
    """Give the gravest severity present, or None."""
    present = {found.severity for found in findings}
    return next((severity for severity in SEVERITIES if severity in present), None)


_QUOTED: Final = frozenset({"typed", "shown", "kept"})
_QUOTE_LENGTH: Final = 60


def _brief(fact: str) -> str:
    one_line = fact.replace("\n", " ")
    return one_line if len(one_line) <= _QUOTE_LENGTH else one_line[: _QUOTE_LENGTH - 1] + "…"
