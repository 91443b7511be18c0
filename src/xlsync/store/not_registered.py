"""What people are told where the store holds no sheet of the key, or id, that they gave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsync.errors import StoreError

if TYPE_CHECKING:
    from xlsync.form.library import Form


def not_registered(form: Form, key: str) -> StoreError:
    """Return the fault of a key without a sheet, in the form's word for its keys."""
    return StoreError(f"登録されていません。{form.definition.words.key}を確かめてください", key)


__all__ = ["not_registered"]
