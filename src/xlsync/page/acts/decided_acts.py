"""Acts about what the city has decided once: whose fields are whose, rates, tiers of grades, who publishes."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

from flask import request

from xlsync.city.rate_settings import rate_periods
from xlsync.city.settings_change import settings_text
from xlsync.city.settings_tables import with_entries, with_named_table, with_subtables
from xlsync.errors import SettingsError, StoreError
from xlsync.exchange.tiers.tier import PART_WORDS
from xlsync.page.acts.office_act import ActInput, FilledForm, OfficeAct, ShownPlan, needed_text
from xlsync.page.acts.settings_forms import (
    lines_of,
    part_inputs,
    planned_change,
    present_table,
    removal_input,
    table_called,
    ticked_parts,
)
from xlsync.page.field_names import lasting_path, path_of_title
from xlsync.page.page_context import city, edition

if TYPE_CHECKING:
    from collections.abc import Iterator

_TIER: Final = "tier"
_OWNERS: Final = (("form", "様式のとおり"), ("parts", "下で選んだ部分"))
_RATES: Final = {"per-person": "正職員1人あたり", "per-hour": "時間外1時間あたり"}
_PUBLISHER: Final = {
    "city-code": ("団体コード", "検査数字を含む6桁。例：082201"),
    "licence": ("利用条件", "例：CC BY 4.0"),
    "contact": ("問い合わせ先", "例：企画経営課 内線1234"),
}


def _owner_inputs() -> tuple[ActInput, ...]:
    chosen = present_table("owners").get("office")
    how = ActInput(
        "how", "企画担当を優先する欄", "choice", input_choices=_OWNERS,
        present_text="form" if chosen is None else "parts",
    )  # fmt: skip
    return how, *part_inputs("部分（どれも選ばなければ、どの欄も優先しません）", chosen or [])


def _plan_owners(filled: FilledForm) -> ShownPlan:
    before = settings_text(city().folder)
    is_chosen = filled.text("how") == "parts"
    parts = ticked_parts(filled) if is_chosen else None
    if parts == present_table("owners").get("office"):
        return planned_change(before, before, "企画担当を優先する欄")
    after = with_entries(before, "owners", {"office": parts})
    named = [edition().definition.parts[name] or name for name in parts or []]
    without = "ありません" if is_chosen else "様式のとおりです"
    words = "、".join(named) or without
    return planned_change(before, after, f"企画担当を優先する欄：{words}", "企画担当の欄")


def _periods() -> list[str]:
    return sorted(rate_periods(city().terms.form, city().terms.fiscal_year))


def _period_words(period: str) -> str:
    """Return what the form calls a period: the title that its fields share."""
    titles = [
        rule.path
        for rule in edition().rules
        if rule.at == period and rule.check == "personnel-cost"
    ]
    field = edition().by_path.get(titles[0]) if titles else None
    return period if field is None else f"{field.title}（{period}）"


def _rate_inputs() -> tuple[ActInput, ...]:
    rates = present_table("rates")
    periods = _periods()
    if not periods:
        raise SettingsError("この様式には、単価で確かめる欄がありません")
    return tuple(
        ActInput(
            f"{period}.{name}", words, is_needed=False, input_group=_period_words(period),
            present_text=_shown_number(rates.get(period, {}).get(name, "")),
        )
        for period in periods
        for name, words in _RATES.items()
    )  # fmt: skip


def _shown_number(value: object) -> str:
    return f"{value:,}" if isinstance(value, int | float) else ""


def _plan_rates(filled: FilledForm) -> ShownPlan:
    before = settings_text(city().folder)
    tables = {period: _rate_of(filled, period) for period in _periods()}
    present = present_table("rates")
    changed = {
        period: table
        for period, table in tables.items()
        if table != present.get(period) and (table or period in present)
    }
    after = with_subtables(before, "rates", changed) if changed else before
    return planned_change(before, after, "単価をこのようにします（単位：千円）。", "単価")


def _rate_of(filled: FilledForm, period: str) -> dict[str, Any] | None:
    """Return the rates of a period, None where none is filled in; StoreError where only one is, or one is no number."""
    texts = {name: filled.text(f"{period}.{name}") for name in _RATES}
    if not any(texts.values()):
        return None
    return {
        name: _number(text, f"{_period_words(period)} {_RATES[name]}")
        for name, text in texts.items()
    }


def _number(text: str, caption: str) -> int | float:
    try:
        number = Decimal(text.replace(",", "").replace("，", ""))
    except InvalidOperation as fault:
        raise StoreError(f"{caption}：数字で書いてください（{text or '空欄'}）") from fault
    if not number.is_finite():
        raise StoreError(f"{caption}：数字で書いてください（{text}）")
    return int(number) if number == number.to_integral_value() else float(number)


def _tier_inputs() -> tuple[ActInput, ...]:
    former = request.values.get("former", "")
    table = table_called(_TIER, former)
    fields = [field for field in edition().fields if field.filled_by != "computed"]
    choices = (("", "シートの外に控える"), *((field.path, field.title) for field in fields))
    return (
        ActInput("former", "直す段階", "hidden", is_needed=False, present_text=former),
        ActInput("name", "評価の段階の名前", hint="例：二次評価", present_text=former),
        ActInput(
            "grades", "評価の選択肢", "area", "1行に1つ。空けておくと、何でも書けます。",
            is_needed=False, present_text="\n".join(table.get("grades", [])),
        ),
        *(
            ActInput(
                part, f"{words}を書く欄", "choice", input_choices=choices, is_needed=False,
                present_text=_field_named(table.get(_written(part), "")),
            )
            for part, words in PART_WORDS.items()
        ),
        *removal_input(former),
    )  # fmt: skip


def _field_named(words: str) -> str:
    """Return the path of the field that the settings name by its path or its title."""
    return edition().expand(path_of_title(edition(), edition().expand(words)))


def _written(part: str) -> str:
    """Return what an entry is called in xlsync.toml."""
    return part.replace("_", "-")


def _plan_tier(filled: FilledForm) -> ShownPlan:
    before, former = settings_text(city().folder), filled.text("former")
    if filled.is_ticked("gone"):
        after = with_named_table(before, _TIER, former, None)
        return planned_change(before, after, f"評価の段階「{former}」をなくします。", former)
    name = needed_text(filled, "name", "評価の段階の名前")
    entries: dict[str, Any] = {"name": name, "grades": list(lines_of(filled, "grades")) or None}
    entries |= dict(_tier_fields(filled))
    after = with_named_table(before, _TIER, former, entries)
    return planned_change(before, after, f"評価の段階「{name}」をこのように決めます。", name)


def _tier_fields(filled: FilledForm) -> Iterator[tuple[str, str | None]]:
    for part in PART_WORDS:
        path = filled.text(part)
        yield _written(part), lasting_path(edition(), path) if path else None


def _publisher_inputs() -> tuple[ActInput, ...]:
    table = present_table("publication")
    return tuple(
        ActInput(name, words, hint=hint, is_needed=False, present_text=str(table.get(name, "")))
        for name, (words, hint) in _PUBLISHER.items()
    )


def _plan_publisher(filled: FilledForm) -> ShownPlan:
    before = settings_text(city().folder)
    entries = {name: filled.text(name) or None for name in _PUBLISHER}
    present = present_table("publication")
    changed = {name: text for name, text in entries.items() if text != present.get(name)}
    after = with_entries(before, "publication", changed) if changed else before
    return planned_change(before, after, "公表するものに、このように書きます。", "公表の設定")


DECIDED_ACTS: Final = (
    OfficeAct(
        "owners", "企画担当が決める欄を変える", "期限・一覧",
        "企画担当と職員が同じ欄を変えたとき、企画担当を優先する部分を決めます。",
        _plan_owners, _owner_inputs, "changing_settings.show",
    ),
    OfficeAct(
        "rates", "単価を変える", "期限・一覧", "人件費の確認に使う市の単価です。書いた年度区分だけ確認します。",
        _plan_rates, _rate_inputs, "changing_settings.show",
    ),
    OfficeAct(
        _TIER, "評価の段階を加える・直す", "評価",
        "一次・二次・最終・外部など、会議で決まる評価の段階と、その選択肢を決めます。",
        _plan_tier, _tier_inputs, "changing_settings.show",
    ),
    OfficeAct(
        "publisher", "公表の設定を変える", "期限・一覧", "公表するものに書く団体コード・利用条件・問い合わせ先です。",
        _plan_publisher, _publisher_inputs, "changing_settings.show",
    ),
)  # fmt: skip

__all__ = ["DECIDED_ACTS"]
