"""The add-in's VBA run by LibreOffice in a live workbook that nobody saved, over the real shared folder.

Only `Host` is replaced (by the Basic below), for what LibreOffice lacks or does otherwise: its SaveCopyAs writes the old
format, Value2 and threaded comments are unknown, boxes would wait for somebody, WinHttp is Windows', and documents are
loaded hidden, as this LibreOffice has no windows, so that none is in front. Files and folders (`Machine`) are the real thing.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import build_addin

_KIND = b"application/vnd.ms-excel.%b.macroEnabled.main+xml"
_SECONDS = 90
_LOOK = 0.05

HOST = """Attribute VB_Name = "Host"
Option Explicit

Public said As String
Public replies As String
Public opened As String
Public url As String

Public Function Say(ByVal text As String, ByVal style As Long) As Long
    said = said & text & ChrW(1)
    Say = 1
    If replies <> "" Then Say = CLng(Left$(replies, 1))
    If replies <> "" Then replies = Mid$(replies, 2)
End Function

Public Sub ShowProgress(ByVal text As String)
End Sub

Public Sub LetEscape(ByVal mode As Long)
End Sub

Public Function InFront() As Object
    Set InFront = Workbooks("live.xlsx")
End Function

Public Function WorksheetInFront(book As Object) As String
    WorksheetInFront = book.Worksheets(1).Name
End Function

Public Function FullNameOf(book As Object) As String
    FullNameOf = book.Path & "/" & book.Name
End Function

Public Function Held(cell As Object) As Variant
    Held = cell.Value
End Function

Public Function NewWorkbook() As Object
    Dim how(0) As New com.sun.star.beans.PropertyValue, before As String, i As Long
    how(0).Name = "Hidden"
    how(0).Value = True
    For i = 1 To Workbooks.Count
        before = before & "|" & Workbooks(i).Name & "|"
    Next i
    StarDesktop.loadComponentFromURL "private:factory/scalc", "_blank", 0, how()
    For i = 1 To Workbooks.Count
        If InStr(before, "|" & Workbooks(i).Name & "|") = 0 Then Set NewWorkbook = Workbooks(i)
    Next i
End Function

Public Sub PutLink(cell As Object, ByVal path As String, ByVal spot As String)
    opened = opened & spot & ChrW(1)
End Sub

Public Sub ShowPlace(sheet As Object, ByVal cell As String)
    opened = opened & "goto " & cell & ChrW(1)
End Sub

Public Sub SaveCopy(book As Object, ByVal path As String)
    Dim how(0) As New com.sun.star.beans.PropertyValue
    how(0).Name = "FilterName"
    how(0).Value = "Calc MS Excel 2007 XML"
    DocumentOf(book.Name).storeToURL ConvertToURL(path), how()
End Sub

' LibreOffice's own object behind a workbook.
Private Function DocumentOf(ByVal title As String) As Object
    Dim all As Object, one As Object
    Set all = StarDesktop.Components.createEnumeration()
    Do While all.hasMoreElements()
        Set one = all.nextElement()
        If one.supportsService("com.sun.star.sheet.SpreadsheetDocument") Then
            If Right$(one.URL, Len(title) + 1) = "/" & title Then Set DocumentOf = one
        End If
    Loop
End Function

' A comment's Parent is Nothing here.
Public Function CellOfNote(sheet As Object, ByVal index As Long) As Object
    Dim place As Object
    Set place = DocumentOf("live.xlsx").Sheets.getByName(sheet.Name).Annotations.getByIndex(index - 1).Position
    Set CellOfNote = sheet.Cells(place.Row + 1, place.Column + 1)
End Function

Public Function IsOpenXml(book As Object) As Boolean
    IsOpenXml = True
End Function

Public Function InProtectedView() As Boolean
End Function

Public Function WhoPresses() As String
    WhoPresses = "LibreOffice"
End Function

Public Function WhoAndWhere() As String
    WhoAndWhere = "PC"
End Function

Public Function HasThread(cell As Object) As Boolean
End Function

Public Sub PutHiddenName(sheet As Object, ByVal title As String, ByVal refersTo As String)
    sheet.Names(title).RefersTo = refersTo      ' its Names.Add does not replace
End Sub

Public Sub OpenReadOnly(ByVal path As String)
    If Not Machine.FileExists(path) Then Err.Raise 1004
    opened = opened & path & ChrW(1)
End Sub

Public Function Post(ByVal url As String, ByVal key As String, ByVal path As String, _
        ByVal seconds As Long, ByVal most As Long, ByRef status As Long) As String
    Dim answer As String
    answer = path & ".answer"
    Shell "@PYTHON@", 0, "@SCRIPT@ " & url & " " & answer & " " & path, True
    Post = Machine.ReadWords(answer, most)
    Kill answer
End Function

Public Sub Fetch(ByVal url As String, ByVal key As String, ByVal path As String, ByVal seconds As Long)
    Shell "@PYTHON@", 0, "@SCRIPT@ " & url & " " & path, True
End Sub

Public Function Facts(book As Object) As Collection
    Set Facts = New Collection
End Function
"""

HTTP = """import sys, urllib.request as web
url, into, *body = sys.argv[1:]
data = open(body[0], "rb").read() if body else None
request = web.Request(url, data, {"Content-Type": "application/octet-stream"} if body else {})
opener = web.build_opener(web.ProxyHandler({}))
open(into, "wb").write(opener.open(request).read())
"""

DRIVER = """Attribute VB_Name = "Driver"
Option Explicit

Private told As String

Public Sub Drive()
    Dim sheet As Object, cell As Object
    On Error GoTo Failed
    Set sheet = Workbooks("live.xlsx").Worksheets(1)
%s
Done:
    On Error Resume Next
    Machine.WriteWords "%s.part", told & ChrW(2) & Host.said & ChrW(2) & Host.opened
    Machine.MoveFile "%s.part", "%s"
    Exit Sub
Failed:
    told = told & "FAILED " & Err.Number & " " & Err.Description & " line " & Erl
    Resume Done
End Sub

Private Sub Tell(ByVal what As Variant)
    told = told & CStr(what) & ChrW(1)
End Sub
"""

START = """Sub Main
  Dim how(1) As New com.sun.star.beans.PropertyValue
  how(0).Name = "MacroExecutionMode"
  how(0).Value = 4
  how(1).Name = "Hidden"
  how(1).Value = True
  live = StarDesktop.loadComponentFromURL("%s", "_blank", 0, how())
  doc = StarDesktop.loadComponentFromURL("%s", "_blank", 0, how())
  where = "vnd.sun.star.script:VBAProject.Driver.Drive?language=Basic&location=document"
  doc.getScriptProvider().getScript(where).invoke(Array(), Array(), Array())
End Sub
"""

_MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic">
%s</script:module>
"""


class LiveOffice:
    """A LibreOffice with the add-in and one workbook, called live.xlsx, that runs VBA statements."""

    def __init__(self, folder: Path, workbook: Path) -> None:
        self.folder, self.workbook = folder, workbook
        assert workbook.name == "live.xlsx"
        for name in ("temp", "appdata"):
            (folder / name).mkdir(parents=True)

    def run(
        self, statements: Sequence[str], meanwhile: Callable[[], object] = lambda: None
    ) -> tuple[list[str], list[str], list[str]]:
        """Run the statements; what they told, what the boxes said, what was linked, gone to and opened."""
        log = self.folder / "log.txt"
        addin = self.folder / "addin.xlsm"
        addin.write_bytes(self._addin(statements, log))
        profile = self.folder / "profile"
        soffice = [
            "soffice",
            "--headless",
            "--norestore",
            f"-env:UserInstallation={profile.as_uri()}",
        ]
        self._wait(_started([*soffice, "--terminate_after_init"], self._world()), lambda: None, log)
        start = START % (self.workbook.as_uri(), addin.as_uri())
        module = profile / "user" / "basic" / "Standard" / "Module1.xba"
        module.write_text(_MODULE % escape(start), encoding="utf-8")
        process = _started([*soffice, "macro:///Standard.Module1.Main"], self._world())
        self._wait(process, meanwhile, log)
        parts = log.read_bytes().decode("utf-16").split("\2")
        told, said, opened = (part.split("\1")[:-1] for part in parts)
        assert "FAILED" not in parts[0], parts[0]
        return told, said, opened

    def _wait(
        self, process: subprocess.Popen[bytes], meanwhile: Callable[[], object], log: Path
    ) -> None:
        """Until it ends or the log is there; what is left of it is ended: nothing in it wants to be saved."""
        end = time.monotonic() + _SECONDS
        with process:
            try:
                while process.poll() is None and not log.exists() and time.monotonic() < end:
                    meanwhile()
                    try:
                        process.wait(_LOOK)
                    except subprocess.TimeoutExpired:
                        continue
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)

    def _addin(self, statements: Sequence[str], log: Path) -> bytes:
        modules = build_addin.modules()
        script = self.folder / "sending.py"
        script.write_text(HTTP, encoding="utf-8")
        host = HOST.replace("@PYTHON@", sys.executable).replace("@SCRIPT@", str(script))
        modules["Host"] = host.replace("\n", "\r\n")
        lines = "\n".join(f"    {statement}" for statement in statements)
        modules["Driver"] = (DRIVER % (lines, log, log, log)).replace("\n", "\r\n")
        with zipfile.ZipFile(build_addin.BUILT) as file:
            parts = {name: file.read(name) for name in file.namelist()}
        made = build_addin.package_of(modules)
        parts["xl/vbaProject.bin"] = made["xl/vbaProject.bin"]
        types = parts["[Content_Types].xml"]
        parts["[Content_Types].xml"] = types.replace(_KIND % b"addin", _KIND % b"sheet")
        return build_addin.zipped(parts)

    def _world(self) -> dict[str, str]:
        return {
            **os.environ,
            "LC_ALL": "C.UTF-8",
            "TEMP": str(self.folder / "temp"),
            "APPDATA": str(self.folder / "appdata"),
        }


def _started(command: Sequence[str], world: dict[str, str]) -> subprocess.Popen[bytes]:
    assert shutil.which(command[0])
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=world,
        start_new_session=True,
    )
