Attribute VB_Name = "Settings"
Option Explicit

' Settings and Japanese texts. The worksheet "config" of this add-in has both; a file of settings overrules it.
' Such a file is UTF-16LE text, a line each: name TAB value.

Private texts As Collection
Private chosen As Collection
Private sources As String

' The nearest says: this user's own file, the office's file, the worksheet "config".
Public Sub LoadSettings()
    Set chosen = New Collection
    sources = ""
    ReadSettings UserFile()
    ReadSettings Joined(Joined(Machine.Place("APPDATA"), "xlsync"), "xlsync-addin.tsv")
    ReadSettings Joined(ThisWorkbook.Path, "xlsync-addin.tsv")
    ReadSettings Setting("config")
End Sub

' What the setting says, "" where nothing does: transport, folder, url, key, seconds, config.
Public Function Setting(ByVal title As String) As String
    On Error GoTo NotThere
    Setting = chosen.Item(title)
    Exit Function
NotThere:
    Setting = Says("setting." & title)
End Function

Public Function Seconds() As Long
    Dim said As Double
    said = Val(Setting("seconds"))
    If said <= 0 Then said = 30
    If said < 5 Then said = 5
    If said > 300 Then said = 300
    Seconds = CLng(said)
End Function

' The text with its places {1} {2} {3} filled; where none is known, its key.
Public Function Says(ByVal key As String, Optional ByVal one As String = "{1}", _
        Optional ByVal two As String = "{2}", Optional ByVal three As String = "{3}") As String
    If texts Is Nothing Then LoadTexts
    On Error GoTo NotThere
    Says = texts.Item(key)
    Says = Replace(Replace(Replace(Says, "{3}", three), "{2}", two), "{1}", one)
    Exit Function
NotThere:
    If Left$(key, 8) <> "setting." Then Says = key
End Function

Public Function AskForSettings() As String
    Dim folder As String, question As String
    question = Says("settings.now", Described(), IIf(sources = "", Says("settings.files"), sources), CStr(Seconds()))
    If Host.Say(question, vbYesNo + vbQuestion) <> vbYes Then Exit Function
    folder = Host.PickFolder()
    If folder = "" Then Exit Function
    If Not Machine.FolderExists(Joined(Joined(folder, ".xlsync"), "in")) Then
        Err.Raise TROUBLE, "xlsync", Says("settings.nofolder", folder)
    End If
    Machine.MakeFolder Joined(Machine.Place("APPDATA"), "xlsync")
    Machine.WriteWords UserFile(), "transport" & vbTab & "folder" & vbCrLf & "folder" & vbTab & folder & vbCrLf
    AskForSettings = Says("settings.kept", folder)
End Function

Public Function Described() As String
    If Setting("transport") = "http" Then
        Described = "HTTP " & Setting("url")
    ElseIf Setting("folder") <> "" Then
        Described = Setting("folder")
    Else
        Described = Says("settings.nearest")
    End If
End Function

Public Function Joined(ByVal folder As String, ByVal title As String) As String
    If folder = "" Then Exit Function
    Joined = folder
    If Right$(folder, 1) <> Machine.PathSign() Then Joined = Joined & Machine.PathSign()
    Joined = Joined & title
End Function

Private Function UserFile() As String
    UserFile = Joined(Joined(Machine.Place("APPDATA"), "xlsync"), "addin.tsv")
End Function

Private Sub ReadSettings(ByVal path As String)
    Dim piece As Variant, words() As String, text As String
    If path = "" Then Exit Sub
    If Not Machine.FileExists(path) Then Exit Sub
    sources = sources & vbLf & path
    On Error GoTo Broken
    text = Machine.ReadWords(path, 65536)
Known:
    On Error GoTo 0
    If text = "" Then Err.Raise TROUBLE, "xlsync", Says("settings.broken", path)
    For Each piece In Split(text, vbCrLf)
        words = Split(piece, vbTab)
        If UBound(words) >= 1 Then Keep Trim$(words(0)), Trim$(words(1))
    Next piece
    Exit Sub
Broken:
    Resume Known
End Sub

Private Sub Keep(ByVal title As String, ByVal value As String)
    On Error Resume Next        ' the nearer file has said it already
    chosen.Add value, title
End Sub

Private Sub LoadTexts()
    Dim cells As Variant, row As Long
    Set texts = New Collection
    cells = ThisWorkbook.Worksheets("config").UsedRange.Value
    For row = 1 To UBound(cells, 1)
        texts.Add CStr(cells(row, 2)), CStr(cells(row, 1))
    Next row
End Sub
