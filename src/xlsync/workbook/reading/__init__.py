"""Staff's workbooks: find each field's cell and read its value."""
