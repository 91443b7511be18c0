"""One module per worksheet of a summary workbook."""
