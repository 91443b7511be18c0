"""What the planning office does beside the screens of their own: acts and files of one shape each, by their names."""

from xlsync.page.acts.backup_acts import BACKUP_ACTS
from xlsync.page.acts.comparison_file import COMPARISON_FILE
from xlsync.page.acts.contact_acts import CONTACT_ACTS
from xlsync.page.acts.decided_acts import DECIDED_ACTS
from xlsync.page.acts.form_acts import FORM_ACTS
from xlsync.page.acts.list_files import LIST_FILES
from xlsync.page.acts.new_form_acts import NEW_FORM_ACTS, NEW_FORM_FILES
from xlsync.page.acts.new_units_acts import REORGANIZATION_ACTS, TRANSFERS
from xlsync.page.acts.office_act import OfficeAct, OfficeFile
from xlsync.page.acts.other_form_list import OTHER_FORM_LIST
from xlsync.page.acts.phase_acts import PHASE_ACTS
from xlsync.page.acts.plan_acts import PLAN_ACTS
from xlsync.page.acts.receiving_act import RECEIVING_ACTS
from xlsync.page.acts.reminder_act import REMINDER_ACTS
from xlsync.page.acts.settings_acts import LISTS_OF_CITY, SETTINGS_ACTS
from xlsync.page.acts.sheet_acts import SHEET_ACTS
from xlsync.page.acts.table_acts import TABLE_ACTS
from xlsync.page.acts.year_acts import YEAR_ACTS

ACTS: dict[str, OfficeAct] = {
    act.name: act
    for act in (
        *RECEIVING_ACTS,
        *REMINDER_ACTS,
        *SHEET_ACTS,
        *REORGANIZATION_ACTS,
        *TABLE_ACTS,
        *YEAR_ACTS,
        *FORM_ACTS,
        *NEW_FORM_ACTS,
        *PHASE_ACTS,
        *DECIDED_ACTS,
        *CONTACT_ACTS,
        *SETTINGS_ACTS,
        *PLAN_ACTS,
        *BACKUP_ACTS,
    )
}
"""Every act by its name."""

FILES: dict[str, OfficeFile] = {
    file.name: file
    for file in (
        *LIST_FILES,
        OTHER_FORM_LIST,
        TRANSFERS,
        NEW_FORM_FILES,
        LISTS_OF_CITY,
        COMPARISON_FILE,
    )
}
"""Every file by its name."""

__all__ = ["ACTS", "FILES", "OfficeAct", "OfficeFile"]
