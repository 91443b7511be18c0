"""What no honest workbook comes near: beyond these a file is refused as hostile.

None of them touched any of some 3,000 real workbooks from public test collections; the largest of some official forms
have more than 50,000 filled cells in a worksheet. As many as are read take 1 to 3 seconds and some 110 MiB.
"""

from __future__ import annotations

FILE_BYTES = 20 * 2**20
MEMBERS = 1_000
PART_BYTES = 64 * 2**20
PACKAGE_BYTES = 128 * 2**20
RATIO = 300
RATIO_FROM_BYTES = 2**20
CELLS = 200_000
WORKSHEETS = 200
MERGES = 5_000
NAMES = 100_000
XML_DEPTH = 64
# Parts that become trees: an element or attribute there costs some 200 bytes of memory, however small in the file.
XML_ELEMENTS = 250_000
XML_ATTRIBUTES = 600_000
XML_CHARACTERS = 16 * 2**20

MAX_ROW = 1_048_576
MAX_COLUMN = 16_384
MAX_TEXT = 32_767
