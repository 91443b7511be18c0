"""AN EXCEL OF OUR OWN MAKING, so that xlwings' own Windows engine can run where there is no Excel (no licence key needed).

It proves that we use the COM interface and xlwings rightly: members that exist, errors with their numbers, the retries.
It proves nothing of how Excel behaves; what it does of Excel's manners (`0120` becoming 120, error 1004 on a protected
worksheet) is written from what is known. docs/ja tells what a person with Excel still has to see.
"""
