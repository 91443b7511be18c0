"""The list of new keys beside `xlsync form adopt`: written out, read, and carried out once the form is in use."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from xlsync.cli import FAILED
from xlsync.cli.abandoned_files import remove_abandoned
from xlsync.cli.console import complain, say
from xlsync.cli.receipt_lines import complain_not_done
from xlsync.cli.shown_plan import read_list
from xlsync.disk import replace_whole
from xlsync.exchange.form_adoption import KEYS_WAY, is_key_kept
from xlsync.exchange.register.new_keys import (
    NewKeys,
    give_keys,
    new_keys_workbook,
    read_new_keys,
    sheets_without_key,
)

if TYPE_CHECKING:
    from xlsync.city.settings import CitySettings
    from xlsync.exchange import Source
    from xlsync.form.library import Form

NOTHING_DONE: Final = "様式は変えていません。一覧の上の行を直して、もう一度実行してください。"
_LISTED: Final = 5


def say_if_keys_change(city: CitySettings, changed: Form) -> None:
    """Say that a form makes the keys of other fields, and that its sheets need new ones."""
    year = city.terms.fiscal_year
    now, then = city.terms.form.at(year), changed.at(year)
    if not is_key_kept(now, then):
        fields = "・".join(then.by_path[path].label for path in then.definition.identity.key)
        say(
            f"{now.definition.words.key}になる欄が変わります（新しい様式では {fields}）。{KEYS_WAY}"
        )


def write_keys(city: CitySettings, changed: Form, out: Path) -> int:
    """Write the list that the office fills in, and return the exit code."""
    remove_abandoned(out.parent)
    replace_whole(out, new_keys_workbook(city.store, city.terms, changed))
    say(f"書き出しました {out}")
    command = f"xlsync form adopt {changed.folder} --keys {out}"
    say(f"新しい番号を記入して、`{command}` を実行してください。様式はまだ変えていません。")
    return 0


def keys_of_list(city: CitySettings, changed: Form, file: Path | None) -> NewKeys | None:
    """Return what a list says, nothing where none is given; None, and said why, where it has faults."""
    if file is None:
        return NewKeys({})
    new_keys = read_new_keys(city.store, city.terms, changed, read_list(file), file.name)
    for fault in new_keys.faults:
        complain(fault)
    if new_keys.faults:
        complain(NOTHING_DONE)
        return None
    return new_keys


def given_keys(city: CitySettings, new_keys: NewKeys, source: Source, *, quiet: bool) -> int:
    """Return the exit code of giving sheets their new keys under the form that is in use now.

    Sheets left without one are named, also where no list is given: a program may have been killed before it gave them.
    """
    is_given = bool(new_keys.codes_by_id)
    receipts = list(give_keys(city.store, city.terms, new_keys, source)) if is_given else []
    done = complain_not_done(receipts)
    if done and not quiet:
        say(f"番号を付け替えました {len(done)}件")
    left = sheets_without_key(city.store, city.terms)
    if not left:
        return FAILED if len(done) < len(receipts) else 0
    named = "、".join(head.key for head in left[:_LISTED])
    more = f" ほか{len(left) - _LISTED}件" if len(left) > _LISTED else ""
    complain(
        f"新しい様式での番号が決まっていない事業があります（{named}{more}）。"
        "番号の一覧を --keys に付けて、もう一度実行してください"
    )
    return FAILED


__all__ = ["NOTHING_DONE", "given_keys", "keys_of_list", "write_keys"]
