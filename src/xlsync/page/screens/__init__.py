"""The screens of the page, a module each: its routes, and what its template is given."""

from xlsync.page.screens.files import files
from xlsync.page.screens.listing import listing
from xlsync.page.screens.one_sheet import one_sheet
from xlsync.page.screens.record import record
from xlsync.page.screens.settling import settling
from xlsync.page.screens.sign_in import sign_in
from xlsync.page.screens.staging import staging
from xlsync.page.screens.today import today
from xlsync.page.screens.two_revisions import comparison

SCREENS = (
    sign_in,
    today,
    listing,
    one_sheet,
    comparison,
    settling,
    staging,
    files,
    record,
)
"""Every screen."""

OFFICE_MENU: tuple[tuple[str, str], ...] = ()
"""What else the menu offers the planning office: the route of a screen, and its words."""
