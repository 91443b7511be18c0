"""Read the cells of a workbook: values, number formats, formulas."""
