"""`xlsync form check`: whether a form's definition and drawing fit together."""

from __future__ import annotations

from pathlib import Path

from xlsync.city.form_trial import checked_template
from xlsync.cli.console import say
from xlsync.form.library import load_form
from xlsync.form.publication_pages import unknown_published_paths
from xlsync.workbook.template.lost_drawings import lost_drawings


def check_form(form: str, year: int) -> int:
    """Print that definition and drawing fit together, and what of the drawing is lost; FormError says where they do not."""
    checked = load_form(form, Path())
    template = checked_template(checked, year)
    edition = template.edition
    say(f"{edition.title}")
    counts = f"欄 {len(edition.fields)}、規則 {len(edition.rules)}、斜線（灰色）の欄 {len(edition.greyed)}"
    say(f"誤りはありません。{counts}")
    for path in unknown_published_paths(edition):
        say(f"注意：[publication] の「{path}」という欄はありません。公表するときは省かれます")
    lost = lost_drawings(checked.drawing(), template.data, edition.worksheets)
    if lost:
        say(
            f"注意：図面の {'、'.join(lost)} は、配布するファイルに残りません。"
            "文字はセルに、線は罫線にし、印は選択肢の欄にしてください（画像は残ります）"
        )
    return 0
