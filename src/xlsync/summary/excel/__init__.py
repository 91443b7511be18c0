"""Write summary workbooks: formats, frame, charts, live totals."""
