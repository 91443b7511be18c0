"""A city's folder: its settings, and what can be done with it, for the commands and for scripts alike.

settings.py           xlsync.toml, read strictly; settings_file.py says where it lies
city_paths.py         which files a path means, and where a sheet's workbook belongs
clock_and_user.py     the time of day, and who runs the program
file_checks.py        check files, one receipt per sheet
file_intake.py        receive files, one receipt per sheet
file_receipts.py      what both do with each workbook of a file
workbook_export.py    new workbooks of stored sheets
living_workbooks.py   write-back into the workbooks staff use
summary_files.py      summaries and tidy tables as files
status_table.py       how far each sheet is
board_update.py       提出状況 after a command
city.py               all of it as one object, `xlsync.open_city`
"""
