"""Peak memory of reading and of patching, each tool in a process of its own."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

_READ = {
    "python, nothing read": "",
    "xlsync read_cells": "from xlsync.ooxml import read_cells; read_cells(data)",
    "python-calamine": (
        "import io, python_calamine as c; book = c.CalamineWorkbook.from_filelike(io.BytesIO(data)); "
        "[book.get_sheet_by_name(name).to_python() for name in book.sheet_names]"
    ),
    "openpyxl read-only": (
        "import io, openpyxl; book = openpyxl.load_workbook(io.BytesIO(data), read_only=True); "
        "[[cell.value for cell in row] for sheet in book for row in sheet.iter_rows()]"
    ),
    "openpyxl load_workbook": "import io, openpyxl; openpyxl.load_workbook(io.BytesIO(data))",
}
_WRITE = {
    "xlsync patch_cells": "from xlsync.ooxml import patch_cells; patch_cells(data, changes)",
    "openpyxl load + save": (
        "import io, openpyxl; book = openpyxl.load_workbook(io.BytesIO(data)); "
        "[book[title].__setitem__(at, value) for (title, at), value in changes.items()]; book.save(io.BytesIO())"
    ),
}
_PROGRAM = """
import ast, pathlib, re, resource, sys
data = pathlib.Path(sys.argv[1]).read_bytes()
changes = ast.literal_eval(sys.argv[2])
{work}
# Where there is /proc: what getrusage says there includes the process this one was made from.
status = pathlib.Path("/proc/self/status")
peak = re.search("VmHWM:\\s*([0-9]+)", status.read_text()) if status.exists() else None
print(peak[1] if peak else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def peak_memory(data: bytes, changes: dict[tuple[str, str], str]) -> str:
    """Return the table of peak memory (resident, MB); empty where the system has no figure."""
    if sys.platform == "win32":
        return ""
    lines = ["## Peak memory of a whole process", "", "| what | MB |", "| --- | ---: |"]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "one.xlsx"
        file.write_bytes(data)
        for name, work in {**_READ, **_WRITE}.items():
            lines.append(f"| {name} | {_peak(file, changes, work):,.0f} |")
    return "\n".join(lines) + "\n"


def _peak(file: Path, changes: dict[tuple[str, str], str], work: str) -> float:
    command = [sys.executable, "-c", _PROGRAM.format(work=work), str(file), repr(changes)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - our own program
    # Kilobytes everywhere but on macOS.
    return int(done.stdout) / (2**20 if sys.platform == "darwin" else 2**10)
