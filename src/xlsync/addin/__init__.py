"""THE BUTTONS IN EXCEL: a copy of the live workbook in, a flat list of changes out (docs/protocol.md). Thin; calls exchange."""
