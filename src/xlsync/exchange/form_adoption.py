"""Put a changed form into use, go back to the one before, or tell the store which form its old revisions were made under."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from xlsync.carry_over import carried_paths
from xlsync.errors import FormError
from xlsync.row_carry import read_again

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from xlsync.exchange.receipt import Source, Terms
    from xlsync.form.edition import Edition, Field
    from xlsync.form.library import Form
    from xlsync.sheet import Sheet
    from xlsync.store import Store

_NAMED: Final = 5
KEYS_WAY: Final = (
    "シートごとに新しい番号が要ります。`xlsync form adopt 様式のフォルダ --keys-out 新しい番号.xlsx` で"
    "一覧を書き出し、新しい番号を記入して、`--keys 新しい番号.xlsx` を付けて実行してください"
)


def adopt_form(
    store: Store, terms: Terms, changed: Form, source: Source, founded_on: Form | None = None
) -> int:
    """Put a changed form into use, and return the number of its version.

    Args:
        store: The city's store.
        terms: The city's terms, with the form in use until now.
        changed: The form to put into use.
        source: When, and who does it.
        founded_on: The form under which the store's revisions were made, where no version was ever put into use.

    Raises:
        FormError: The changed form is another form, or lacks or cannot read a field of the sheets' key.
        StoreError: A revision was made under neither form.

    """
    if founded_on is not None:
        _refuse_other_form(terms, founded_on)
    with store.writing():
        first = founded_on or terms.form
        refuse_unadoptable(store, _with_form_in_use(store, terms, first), changed)
        if store.stored_form.number and founded_on is not None:
            reason = "すでに様式の版があるので、もとの様式（--from）は指定できません"
            raise FormError(reason, founded_on.where)
        return _put_into_use(store, first, changed, source)


def adopt_form_with_keys(store: Store, terms: Terms, changed: Form, source: Source) -> int:
    """Put a form into use whose keys are made of other fields, and return the number of its version.

    Its sheets have the keys of before until they are given new ones, which must follow at once (`register.new_keys`).
    """
    with store.writing():
        terms = _with_form_in_use(store, terms, terms.form)
        refuse_unadoptable(store, terms, changed, has_keys=True)
        return _put_into_use(store, terms.form, changed, source)


def _with_form_in_use(store: Store, terms: Terms, first: Form) -> Terms:
    return replace(terms, form=store.form if store.stored_form.number else first)


def _put_into_use(store: Store, first: Form, changed: Form, source: Source) -> int:
    act = source.when, source.who
    if not store.stored_form.number:
        store.stored_form.adopt_first(first, changed, act, _revision_files(store))
    return store.stored_form.adopt(changed, *act)


def adopt_previous(store: Store, terms: Terms, source: Source) -> int:
    """Put the version that was in use before into use again, and return its number.

    Raises:
        FormError: There is no version before the one in use, or its keys are made of other fields.

    """
    with store.writing():
        form = previous_form(store)
        now, then = store.form.at(terms.fiscal_year), form.at(terms.fiscal_year)
        _refuse_lost_key(now, then, form.where)
        return store.stored_form.adopt(form, source.when, source.who)


def previous_form(store: Store) -> Form:
    """Return the version of the form that was in use before; FormError where there is none."""
    stored = store.stored_form
    before = stored.versions.previous()
    if not before:
        raise FormError("一つ前の様式の版がありません", stored.form.where)
    return stored.versions.form(before)


def refuse_unadoptable(
    store: Store, terms: Terms, changed: Form, *, has_keys: bool = False
) -> None:
    """Raise FormError where a changed form cannot be put into use.

    It is another form, a path is taken, or its key is not made of the same fields or cannot be read there: unless a list
    gives every sheet a new one (`has_keys`).
    """
    _refuse_other_form(terms, changed)
    now, then = terms.form.at(terms.fiscal_year), changed.at(terms.fiscal_year)
    _refuse_taken_paths(now, then, changed.where)
    if not has_keys:
        _refuse_lost_key(now, then, changed.where)
        _refuse_unreadable_keys(store.heads(terms.fiscal_year), now, then, changed.where)


def _revision_files(store: Store) -> Iterator[tuple[str, bytes]]:
    for year, key in store.held_sheets():
        for number in range(1, store.last(key, year) + 1):
            file = store.revision_file(key, year, number)
            if file.is_file():
                yield str(file), file.read_bytes()


def _refuse_other_form(terms: Terms, other: Form) -> None:
    if other.id != terms.form.id:
        reason = f"別の様式（{other.id}）です。いまの様式（{terms.form.id}）を直したものを指定してください"
        raise FormError(reason, other.where)


def is_key_kept(now: Edition, then: Edition) -> bool:
    """Whether the changed form's key is made of the same fields as today's, in the same order."""
    sources = carried_paths(now, then)
    carried = [sources.get(path, ()) for path in then.definition.identity.key]
    return carried == [(path,) for path in now.definition.identity.key]


def _refuse_lost_key(now: Edition, then: Edition, where: str) -> None:
    """Raise FormError where the changed form's key is not made of the same fields: no sheet would be found again."""
    if not is_key_kept(now, then):
        reason = f"事業コードになる欄（[identity] の key）が、いまの様式と違います。{KEYS_WAY}"
        raise FormError(reason, where)


def _refuse_unreadable_keys(
    heads: Iterable[Sheet], now: Edition, then: Edition, where: str
) -> None:
    """Raise FormError where a field of the changed form's key cannot read what stored sheets say there."""
    paths = zip(now.definition.identity.key, then.definition.identity.key, strict=True)
    for former, path in paths:
        old, new = now.by_path[former], then.by_path[path]
        unread = [each.key for each in heads if _is_unread(each, old, new)]
        if unread:
            more = f" ほか{len(unread) - _NAMED}件" if len(unread) > _NAMED else ""
            reason = (
                f"{path}「{new.title}」の欄では、登録されている番号を読み取れません（{'、'.join(unread[:_NAMED])}{more}）。"
                f"{KEYS_WAY}"
            )
            raise FormError(reason, where)


def _is_unread(sheet: Sheet, field: Field, into: Field) -> bool:
    """Whether a field could read what a sheet says in another one, and the other version's field cannot."""
    if field.path in sheet.unreadable:
        return False
    return read_again(field, into, sheet[field.path], None)[1] is not None


def _refuse_taken_paths(now: Edition, then: Edition, where: str) -> None:
    """Raise FormError where a field takes over another one under a path that a field has already: one would be lost."""
    for path, former in then.former_paths.items():
        taken_over = next((name for name in former if name in now.by_path), None)
        if taken_over is not None and path in now.by_path:
            reason = (
                f"{path} の former「{taken_over}」：いまの様式には {path} の欄もあり、どちらの内容を引き継ぐか決められません。"
                "path を、いまの様式にない名前にしてください"
            )
            raise FormError(reason, where)
