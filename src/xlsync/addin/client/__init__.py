"""The client in Python: an answer carried out in the workbook that is open in Excel."""
