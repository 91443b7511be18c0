"""A workbook drawn by a former version of the form → the same workbook with the pages of another version."""
