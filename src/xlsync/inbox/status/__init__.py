"""The state of every sheet: the board 提出状況 as workbook and page."""
