"""The form as an empty or filled workbook."""
