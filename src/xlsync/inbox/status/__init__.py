"""How far every sheet is: the board 提出状況 as workbook and page."""
