"""THE PAGE AS DATA: a definition read from form.toml, written out for a fiscal year as an edition, a flat list of fields."""

from __future__ import annotations

from typing import Final

SHIPPED_FORM: Final = "jimu-jigyo-hyoka"
"""The folder below `forms` of the form that a city has that names no other."""
