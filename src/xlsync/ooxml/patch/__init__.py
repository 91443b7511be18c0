"""Change cells in an existing workbook: only the changed cells' bytes differ."""
