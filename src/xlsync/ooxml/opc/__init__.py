"""The Open Packaging Conventions: the ZIP directory, parts, relationships, and the workbook part."""
