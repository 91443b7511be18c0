"""Acts about sheets of the register: out of the count and back, another key, where a sheet comes from, an earlier revision."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING, Final

from xlsync.errors import StoreError
from xlsync.exchange import revert
from xlsync.exchange.lineage import record_lineage, refuse_unsound
from xlsync.exchange.lineage_entries import percent_words, predecessors_in, relation_of
from xlsync.exchange.register.key_change import plan_key_change, register_plan_of
from xlsync.exchange.register.register_state import (
    ALREADY_RECORDED,
    STATE_WORDS,
    refuse_pointless,
    set_register_state,
)
from xlsync.merging import changes_between, json_as_text
from xlsync.page.acts.office_act import (
    ActInput,
    FilledForm,
    OfficeAct,
    ShownPlan,
    needed_text,
    parts_of,
)
from xlsync.page.job_works import register_list
from xlsync.page.page_context import city, context, edition, source, visitor
from xlsync.store.lineage_acts import RELATION_WORDS, LineageAct
from xlsync.store.not_registered import not_registered
from xlsync.store.register_acts import RegisterAct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsync.city.settings import CitySettings
    from xlsync.exchange import Source
    from xlsync.page.job_works import NoteChanged
    from xlsync.page.page_jobs import JobRun
    from xlsync.sheet import Sheet
    from xlsync.sheet_keys import SheetId
    from xlsync.store.register_acts import ActKind

_ACT_TITLES: Final[dict[ActKind, tuple[str, str]]] = {
    "exclude": (
        "対象外にする",
        "集計と提出状況から外します。登録データとファイルは残り、戻せます。",
    ),
    "retire": (
        "廃止・完了にする",
        "集計と提出状況から外し、次の年度更新では作りません。登録データとファイルは残り、戻せます。",
    ),
    "restore": ("対象に戻す", "対象外や廃止にしたシートを、集計と提出状況に戻します。"),
}


def _keys_input() -> ActInput:
    word = edition().definition.words.key
    return ActInput("keys", word, "area", "1行に1つ。一覧で選んで来たときは、入っています。")


def _key_input() -> ActInput:
    return ActInput("keys", edition().definition.words.key)


def _reason_input() -> ActInput:
    return ActInput("reason", "理由", hint="記録に残ります。")


def one_key(filled: FilledForm) -> str:
    """Return the key of the one sheet that a form names; StoreError for none or several."""
    keys = filled.words("keys")
    if len(keys) != 1:
        raise StoreError(f"{edition().definition.words.key}を1つ入力してください")
    return keys[0]


def _state_inputs() -> tuple[ActInput, ...]:
    day = ActInput("day", "いつから", "day", "空けておくと今日です。", is_needed=False)
    return _keys_input(), _reason_input(), day


def _plan_state(kind: ActKind, filled: FilledForm) -> ShownPlan:
    reason = needed_text(filled, "reason", "理由")
    if not filled.words("keys"):
        raise StoreError("シートが選ばれていません")
    day = _day(filled.text("day"))
    act = RegisterAct(kind, day, reason, context().moment, visitor().person)
    sheets = refuse_pointless(city().store, city().terms, filled.words("keys"), act)
    word = STATE_WORDS[kind]
    lines = [f"{each.sheet.key} {each.sheet.title}：{each.outcome_words(act)}" for each in sheets]
    ids = [each.sheet.id for each in sheets]
    new_count = sum(not each.already_says(act) for each in sheets)
    return ShownPlan(
        f"{new_count}件を「{word}」にします。理由：{reason}" if new_count else ALREADY_RECORDED,
        {"kind": kind, "day": day, "reason": reason, "ids": ids},
        parts_of({"対象のシート": lines}),
        button=f"{len(sheets)}件を{_ACT_TITLES[kind][0]}",
        work=partial(_set_state, city(), filled.words("keys"), act, context().note_changed),
        detail=f"{len(sheets)}件",
    )


def _day(text: str) -> str:
    try:
        return (dt.date.fromisoformat(text) if text else context().now().date()).isoformat()
    except ValueError as fault:
        raise StoreError(f"日付は 2026-04-01 のように書いてください（{text}）") from fault


def _set_state(
    settings: CitySettings,
    keys: Sequence[str],
    act: RegisterAct,
    note: NoteChanged,
    run: JobRun,
) -> None:
    done = set_register_state(settings.store, settings.terms, keys, act)
    note([each.sheet.id for each in done])
    run.say(f"{each.sheet.key} {each.sheet.title}：{STATE_WORDS[act.act_kind]}" for each in done)
    run.say(["集計は、「集計・出力」で作り直すと変わります"])


def _change_key_inputs() -> tuple[ActInput, ...]:
    return _key_input(), ActInput("new_key", f"新しい{edition().definition.words.key}")


def _plan_key_change(filled: FilledForm) -> ShownPlan:
    word = edition().definition.words.key
    new_key = needed_text(filled, "new_key", f"新しい{word}")
    planned = plan_key_change(city().store, city().terms, one_key(filled), new_key)
    sheet, decided = planned.sheet, source("番号の変更")
    words = f"{planned.former_key} → {sheet.key}"
    plan = register_plan_of(planned)
    is_same = planned.former_key == sheet.key
    return ShownPlan(
        f"{sheet.title}の{word}を変えます。版の記録も、配ったファイルも、同じシートのままです。",
        {"id": sheet.id, "seen": sheet.revision, "key": sheet.key},
        parts_of({"変わるところ": [words]}),
        ("いまと同じです",) if is_same else (),
        f"{words} に変える",
        partial(register_list, city(), plan, decided, context().note_changed),
        words,
    )


def _lineage_inputs() -> tuple[ActInput, ...]:
    words = tuple((word, word) for word in RELATION_WORDS.values())
    hint = "1行に1つ。金額の一部だけが移ったときは、01-02-03=60 のように割合（%）を付けます。"
    former = ActInput("former", "前の年度の事業", "area", hint, is_needed=False)
    reason = ActInput("reason", "理由", is_needed=False)
    return _key_input(), ActInput("relation", "異動", "choice", input_choices=words), former, reason


def _plan_lineage(filled: FilledForm) -> ShownPlan:
    store, year = city().store, city().terms.fiscal_year
    sheet_id = store.id_of(one_key(filled), year)
    former = predecessors_in(store, year, filled.words("former"))
    relation = relation_of(filled.text("relation"))
    decided = (filled.text("reason"), context().moment, visitor().person)
    act = LineageAct(relation, former, *decided)
    refuse_unsound(store, sheet_id, year, act)
    lines = []
    for each in former:
        old = store.head(each.former_id, each.fiscal_year)
        named = each.former_id if old is None else f"{old.key} {old.title}"
        lines.append(f"{named}（{each.fiscal_year}年度）から {percent_words(each.amount_share)}")
    head = store.head(sheet_id, year)
    title = "" if head is None else head.title
    document = {**act.to_document(), "when": "", "id": sheet_id}
    return ShownPlan(
        f"{title}：{RELATION_WORDS[relation]}。昨年度との比較は、これに従います。",
        document,
        parts_of({"もとの事業": lines}),
        button="記録する",
        work=partial(_write_lineage, city(), sheet_id, act, context().note_changed),
        detail=title,
    )


def _write_lineage(
    settings: CitySettings,
    sheet_id: SheetId,
    act: LineageAct,
    note: NoteChanged,
    run: JobRun,
) -> None:
    year = settings.terms.fiscal_year
    record_lineage(settings.store, sheet_id, year, act)
    settings.store.touch_head(sheet_id, year)
    note([sheet_id])
    run.say(["記録しました"])


def _revert_inputs() -> tuple[ActInput, ...]:
    return _key_input(), ActInput("number", "戻す版の番号", hint="「経過」にある版の番号です。")


def _plan_revert(filled: FilledForm) -> ShownPlan:
    store, year = city().store, city().terms.fiscal_year
    key, typed = one_key(filled), filled.text("number")
    sheet_id = store.id_of(key, year)
    newest = store.find_newest(sheet_id, year)
    number = int(typed) if typed.isdecimal() else 0
    old = store.find_revision(sheet_id, year, number)
    if newest is None:
        raise not_registered(store.form, key)
    if old is None:
        raise StoreError(f"第{typed}版はありません（最新は第{newest.number}版です）", key)
    decided = source(f"第{number}版に戻す")
    return ShownPlan(
        f"第{number}版の内容を、第{newest.number + 1}版として登録します。いまの第{newest.number}版も残ります。",
        {"id": sheet_id, "seen": newest.number, "number": number},
        parts_of({"もとの値に戻る欄": _reverted_fields(newest.sheet, old.sheet)}),
        button=f"第{number}版の内容に戻す",
        work=partial(
            _revert, city(), (sheet_id, number, newest.number), decided, context().note_changed
        ),
        detail=f"{key} 第{number}版",
    )


def _reverted_fields(newest: Sheet, old: Sheet) -> list[str]:
    edition_of_sheet = old.edition
    return [
        f"{edition_of_sheet.by_path[change.path].title}："
        f"「{json_as_text(edition_of_sheet, change.path, change.before)}」→"
        f"「{json_as_text(edition_of_sheet, change.path, change.after)}」"
        for change in changes_between(newest, old)
    ]


def _revert(
    settings: CitySettings,
    what: tuple[SheetId, int, int],
    decided: Source,
    note: NoteChanged,
    run: JobRun,
) -> None:
    sheet_id, number, seen = what
    year = settings.terms.fiscal_year
    revision = revert(settings.store, sheet_id, year, number, decided, seen=seen)
    note([sheet_id])
    run.say([f"{revision.sheet.key}：第{revision.number}版として登録しました"])


SHEET_ACTS: Final = (
    *(
        OfficeAct(kind, title, "台帳", explanation, partial(_plan_state, kind), _state_inputs)
        for kind, (title, explanation) in _ACT_TITLES.items()
    ),
    OfficeAct(
        "change-key",
        "番号を変える",
        "台帳",
        "シート、版の記録、配ったファイルは、同じ事業のままです。",
        _plan_key_change,
        _change_key_inputs,
    ),
    OfficeAct(
        "lineage",
        "事業の新旧を記録する",
        "台帳",
        "統合・分割・改称・移管・新規。昨年度との比較は、これに従います。",
        _plan_lineage,
        _lineage_inputs,
    ),
    OfficeAct(
        "revert",
        "前の版に戻す",
        "台帳",
        "前の版の内容を、新しい版として登録します。あいだの版も残ります。",
        _plan_revert,
        _revert_inputs,
    ),
)

__all__ = ["SHEET_ACTS", "one_key"]
