"""The screens of the page, a module each: its routes, and what its template is given."""

from xlsync.page.screens.absent_form import absent_form
from xlsync.page.screens.acting import acting
from xlsync.page.screens.changing_settings import changing_settings
from xlsync.page.screens.files import files
from xlsync.page.screens.listing import listing
from xlsync.page.screens.mapping import mapping
from xlsync.page.screens.one_sheet import one_sheet
from xlsync.page.screens.publishing import publishing
from xlsync.page.screens.record import record
from xlsync.page.screens.registering import registering
from xlsync.page.screens.reviewing import reviewing
from xlsync.page.screens.settling import settling
from xlsync.page.screens.sign_in import sign_in
from xlsync.page.screens.staging import staging
from xlsync.page.screens.taking_figures import taking_figures
from xlsync.page.screens.today import today
from xlsync.page.screens.two_revisions import comparison
from xlsync.page.screens.working import working
from xlsync.page.screens.year_change_view import year_changing

SCREENS = (
    sign_in,
    today,
    listing,
    one_sheet,
    comparison,
    settling,
    staging,
    reviewing,
    files,
    registering,
    working,
    taking_figures,
    publishing,
    year_changing,
    acting,
    mapping,
    changing_settings,
    record,
    absent_form,
)
"""Every screen."""

OFFICE_MENU: tuple[tuple[str, str], ...] = (
    ("reviewing.show", "確認待ち"),
    ("registering.show", "登録・配布"),
    ("working.show", "集計・出力"),
    ("taking_figures.show", "財務データ"),
    ("publishing.show", "公表"),
    ("year_changing.show", "年度更新"),
    ("acting.show_all", "すべての仕事"),
    ("changing_settings.show", "設定"),
)
"""What else the menu offers the planning office: the route of a screen, and its words."""
