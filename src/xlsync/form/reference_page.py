"""docs/ja/form-reference.md: every kind of field, what expressions say, every rule and summary page, each with an example.

Made from the classes themselves: kinds by the registry, rules and pages by the names under which a definition knows them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, get_args

from xlsync.expressions.meaning import FUNCTIONS
from xlsync.form.rules import Rule
from xlsync.form.summary_pages import SummaryPage
from xlsync.kinds import KINDS, Kind

_HEAD: Final = """# 様式の部品

`form.toml` に書ける欄の種類・式・規則・集計のシートの一覧です。このページは `xlsync form docs` が作ります（手で直しません）。
"""
_OPTION_WORDS: Final[Mapping[str, str]] = {
    "unit": '`unit = "千円"`（単位）',
    "decimals": "`decimals = 1`（小数のけた）",
    "choices": '`choices = "一覧の名前"`',
    "multiline": "`multiline = true`（改行できる）",
    "calendar": '`calendar = "western"`（西暦で表示。書かないと和暦）',
    "shape": '`shape = "A-###"`（番号の形）',
}
_EXPRESSIONS: Final = """## 式

計算する欄・条件つきの必須・確認は、どれも同じ式で書きます。
同じ式が `xlsync` の確認と Excel の計算式（Excel 2016 で動くもの）の両方になります。

```toml
[[field]]
path = "total"
label = "合計額"
part = "cost"
kind = "money"
unit = "千円"
filled-by = "computed"
computed = "「事業費」+「人件費」"          # 計算する欄

[[field]]
path = "reason"
label = "未達成の理由"
part = "result"
kind = "text"
filled-by = "staff"
required-when = '「達成率」< 0.8 または 「評価」= "C"'   # このときだけ必須

[[check]]
that = "「決算額」<=「予算額」"              # いつも成り立つはずのこと
say = "決算額が予算額を超えています。確かめてください。"
severity = "warning"                        # error・warning・note
```

- 欄は `path`（`amounts.general`）、角かっこ（`[amounts.2017-settled.general]`、ハイフンのあるとき）、
  または欄名（`「事業費」`、同じ欄名がほかにないとき）で書きます。
- `items.{row}.price` のように軸のある欄は、計算する欄が同じ軸を持てばその行、
  持たなければすべての行です（`sum` や `count` の中に書きます）。
- 行の数の決まっていない表（`[[table]]`）は、数の列を `sum(items.price)` のように、表の行数を `count([items])` のように書きます
  （`sum`・`min`・`max`・`avg`・`count` に、列を1つだけ）。行が挿入されても削除されても、計算式はそのまま合います。
- 記号は半角でも全角でも書けます：`+ - * / × ÷ = <> ≠ < <= ≦ > >= ≧ ( )`、`and or not`（`かつ`、`または`）。
- **空欄・「-」・読み取れない文字・0で割った結果は「分からない」**として扱います。
  分からないものを使った計算は空欄になり、分からない条件は、成り立つとも成り立たないともみなしません
  （確認は何も知らせず、必須にもなりません）。空欄を 0 とみなすときは `空欄は0(欄)` と書きます。
  `sum`・`avg` などは、数の入っている欄だけで計算します。
- 結果は欄の小数のけたに四捨五入します。割合は 0.85、時間の長さは分、日付の引き算は日数です。
- つづりの間違い、種類の違う欄の計算、一巡する計算は `xlsync form check` が `form.toml` の行を示してお知らせします。

| 関数 | 働き |
| --- | --- |
"""
_FUNCTION_WORDS: Final[Mapping[str, str]] = {
    "if": "`もし(条件, 値, 値)`：条件が成り立てば前の値、成り立たなければ後の値",
    "sum": "合計",
    "min": "最小",
    "max": "最大",
    "avg": "平均",
    "count": "入力のある欄の数",
    "round": "`round(値, けた)`：四捨五入（けたを書かないと整数に）",
    "abs": "符号を取った値",
    "or_zero": "数がないときは 0",
    "len": "文字数",
    "contains": '`contains(欄, "文字")`：その文字を含む（条件）',
    "blank": "空欄である（条件）",
    "filled": "入力がある（条件。「-」は入力がないとみなします）",
    "days": "`days(日付, 日付)`：前の日から後の日までの日数",
    "date": "`date(2025,4,1)`：その日",
    "year": "日付の年（西暦）",
    "month": "日付の月",
    "day": "日付の日",
    "fiscal-year": "日付の年度（西暦）",
}
_RULES: Final[Mapping[str, tuple[str, str]]] = {
    "sum": ("合計が内訳の合計と一致する", 'total = "cost"\nparts = ["a", "b"]'),
    "program-total": ("同じ予算事業のシートの合計と一致する", 'total = "total"\nof = "cost"'),
    "personnel-cost": (
        "人件費が 従事割合・時間外 × 単価 と一致する",
        'total = "cost"\npersons = "fte"\nhours = "overtime"',
    ),
    "at-most": ("ほかの欄の値を超えない", 'of = "actual"\nlimit = "budget"'),
    "range": ("決めた範囲に入る", 'of = "people"\nleast = 0\nmost = 100'),
    "ratio": (
        "ほかの数1つあたりの値が範囲に入る",
        'of = "cost"\nby = "people"\nleast = 1\nmost = 1000',
    ),
    "unit-slip": (
        "円と千円の間違いのような大きさではない",
        'of = "cost"\nparts = ["a", "b"]\nmost = 100000000',
    ),
    "length": ("文字数が上限以内", 'of = "purpose"\nmost = 200'),
    "pattern": ("決めた形の文字", 'of = "number"\nmask = "##-@@"'),
    "one-of": ("どれか1つは入力がある", 'of = "a"\nothers = ["b"]'),
    "order": ("前の値より小さくならない", 'of = "end"\nafter = "begin"'),
    "dash-with": ("もう一方が「-」なら「-」", 'of = "a"\nwith = "b"'),
    "target": ("実績が目標に届いている", 'of = "actual"\ntarget = "target"'),
    "change": ("前の年度から大きく変わっていない", 'of = "cost.{year}"\npercent = 50'),
    "scale": ("前の年度や昨年度のシートと、けたが違わない", 'of = "cost"'),
    "as-last-year": ("同じ年度について、昨年度のシートと同じ", 'of = "cost.{year}"'),
    "carried-over": ("昨年度の文章のままではない", 'of = "outline"\nleast = 20'),
    "fits": ("印刷の枠に収まる", 'of = "outline"'),
    "expression": (
        "式の条件が成り立つ（`[[check]]` と書くのと同じ）",
        'of = "cost"\nthat = "cost >= 0"\nsentence = "0以上です"',
    ),
    "computed": (
        "計算する欄が式の結果と一致する（欄の `computed` から自動で作られます）",
        'total = "total"\nthat = "a + b"',
    ),
}
_PAGES: Final[Mapping[str, tuple[str, str]]] = {
    "overview": ("1枚で全体が分かるまとめ（図つき）", 'measures = ["amounts.{period}.total"]'),
    "list": ("事業（シート）ごとに1行の一覧", 'fields = ["purpose"]'),
    "table": (
        "部署ごとの合計と、選択肢の数",
        'measures = ["amounts.{period}.total"]\ncounts = ["direction"]',
    ),
    "shares": ("内訳とその割合", 'of = "amounts.{period}.total"'),
    "programs": ("予算事業ごとのまとめと、記載された合計との照合", 'name = ["program.name"]'),
    "distribution": ("評価などの分布", 'fields = ["grade"]'),
    "targets": ("目標と実績", 'target = "targets.{year}"\nactual = "actuals.{year}"'),
    "texts": ("記述を全文で", 'texts = ["issues"]'),
    "years": (
        "すべての年度のシートを並べた経年の表（2年目から）",
        'measures = ["amounts.{period}.total"]',
    ),
    "reflection": (
        "方向性が次の年度の予算にどう反映されたか（反映状況）",
        'direction = "direction"\namount = "amounts.{period}.total"',
    ),
    "plans": ("市の計画（施策）ごとに、部署をこえて足し上げた表", ""),
    "copied": ("昨年度や、ほかのシートと同じ文章のままの欄", 'texts = ["issues"]'),
    "findings": ("残っている指摘と未入力", ""),
}


def reference_page() -> str:
    """Return docs/ja/form-reference.md."""
    kinds = (line for kind in KINDS.values() for line in _kind(kind))
    lines = [_HEAD, "## 欄の種類", "", *_contents(), "", *kinds, _EXPRESSIONS + _functions(), ""]
    lines += ["## 規則", "", *_entries("rule", "check", _rule_names(), _RULES)]
    lines += ["## 集計のシート", "", *_entries("summary", "page", _page_names(), _PAGES)]
    return "\n".join(lines).rstrip() + "\n"


def _contents() -> Iterator[str]:
    yield "| 種類 | `kind` | どんな欄か |"
    yield "| --- | --- | --- |"
    for name, kind in KINDS.items():
        yield f"| {kind.office_word} | `{name}` | {kind.about} |"


def _kind(kind: type[Kind]) -> Iterator[str]:
    """Yield the part of a kind: what it is for, its entry, what is read from what is typed, and what Excel is told."""
    example_kind = kind.of(kind.example_options)
    yield f"### {kind.office_word}（`{kind.name}`）"
    yield ""
    yield kind.about
    yield ""
    yield f'書き方：`kind = "{kind.name}"`' + "".join(
        f"、{_OPTION_WORDS[option]}" for option in sorted(kind.options)
    )
    yield ""
    yield "| 入力 | 受け取り |"
    yield "| --- | --- |"
    for example in kind.examples:
        shown = f"受け取りません（{example.shown}）" if example.is_refused else example.shown
        yield f"| {example.typed} | {shown} |"
    yield ""
    yield f"入力のときの案内：{example_kind.expected}。セルの書式：`{example_kind.number_format()}`。"
    yield ""


def _functions() -> str:
    names: dict[str, list[str]] = {}
    for called, function in FUNCTIONS.items():
        names.setdefault(function, []).append(f"`{called}`")
    rows = (f"| {'、'.join(called)} | {_FUNCTION_WORDS[name]} |" for name, called in names.items())
    return "\n".join(rows) + "\n"


def _entries(
    table: str, key: str, names: Iterator[str], words: Mapping[str, tuple[str, str]]
) -> Iterator[str]:
    """Yield a part for each name of an entry, with its example."""
    for name in names:
        about, example = words.get(name, ("", ""))
        yield f"### `{name}`"
        yield ""
        yield from (f"{about}。", "") if about else ()
        head = f'[[{table}]]\n{key} = "{name}"\n' + (
            'title = "シート名"' if key == "page" else f'code = "my-{name}"'
        )
        yield "\n".join(filter(None, ["```toml", head, example, "```"]))
        yield ""


def _rule_names() -> Iterator[str]:
    for each in get_args(get_args(Rule)[0]):
        yield get_args(each.model_fields["check"].annotation)[0]


def _page_names() -> Iterator[str]:
    for each in get_args(get_args(SummaryPage)[0]):
        yield get_args(each.model_fields["page"].annotation)[0]


__all__ = ["reference_page"]
