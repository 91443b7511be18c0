"""The commands that stand in modules of their own: those below a word of their own, and those beside `app`'s."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xlsync.cli.background_app import background_app
from xlsync.cli.backup_app import backup_app, store_app
from xlsync.cli.button_app import button_app
from xlsync.cli.figures_app import figures_app
from xlsync.cli.form_app import form_app
from xlsync.cli.grades_app import grades_app
from xlsync.cli.plans_app import plans_app
from xlsync.cli.product_app import product_app
from xlsync.cli.publication_app import publication_app
from xlsync.cli.revision_app import revision_app
from xlsync.cli.sheets_app import sheets_app
from xlsync.cli.stage_app import stage_app
from xlsync.cli.store_app import copy_app
from xlsync.cli.worker_app import worker_app
from xlsync.cli.year_app import year_app

if TYPE_CHECKING:
    from xlsync.cli.usage import JapaneseTyper


def add_groups(app: JapaneseTyper) -> None:
    """Add them all to the program."""
    named = {
        "form": form_app,
        "sheets": sheets_app,
        "figures": figures_app,
        "plans": plans_app,
        "grades": grades_app,
        "backup": backup_app,
        "service": background_app,
        "store": copy_app,
    }
    for name, group in named.items():
        app.add_typer(group, name=name)
    for group in (
        revision_app,
        stage_app,
        year_app,
        publication_app,
        button_app,
        store_app,
        product_app,
        worker_app,
    ):
        app.add_typer(group)
