"""The form in Excel: reading staff's workbooks, the template, and the worksheets チェック and 入力の重なり."""
