Attribute VB_Name = "Machine"
Option Explicit

' Files and folders by VBA's own means; no other library, no call into Windows.

Private temporaries As New Collection

Public Function PathSign() As String
    PathSign = Application.PathSeparator
End Function

Public Function Place(ByVal variable As String) As String
    Place = Environ$(variable)
End Function

' A path for a file that is deleted when the press ends.
Public Function Temporary(ByVal title As String) As String
    Temporary = Joined(Place("TEMP"), title)
    temporaries.Add Temporary
End Function

Public Sub ForgetTemporary()
    Dim path As Variant
    For Each path In temporaries
        If FileExists(path) Then DeleteFile path
    Next path
    Set temporaries = New Collection
End Sub

Public Function FileExists(ByVal path As String) As Boolean
    On Error GoTo NotThere
    FileExists = (GetAttr(path) And vbDirectory) = 0
NotThere:
End Function

Public Function FolderExists(ByVal path As String) As Boolean
    On Error GoTo NotThere
    FolderExists = (GetAttr(path) And vbDirectory) <> 0
NotThere:
End Function

Public Sub MakeFolder(ByVal path As String)
    If Not FolderExists(path) Then MkDir path
End Sub

Public Sub MoveFile(ByVal path As String, ByVal target As String)
    Name path As target
End Sub

' True where the file was there and is gone.
Public Function DeleteFile(ByVal path As String) As Boolean
    On Error GoTo Refused
    Kill path
    DeleteFile = True
Refused:
End Function

Public Function SizeOf(ByVal path As String) As Long
    SizeOf = FileLen(path)
End Function

' The text of a UTF-16LE file without its BOM: such bytes are a VBA string's own.
Public Function ReadWords(ByVal path As String, ByVal most As Long) As String
    Dim bytes() As Byte
    If FileLen(path) > most Then Err.Raise TROUBLE, "xlsync", Says("answer.long")
    If FileLen(path) < 2 Then Exit Function
    ReadBytes path, bytes
    ReadWords = TextIn(bytes)
End Function

Public Function TextIn(bytes() As Byte) As String
    If UBound(bytes) < 1 Or UBound(bytes) Mod 2 = 0 Then Exit Function
    If bytes(0) <> 255 Or bytes(1) <> 254 Then Exit Function
    TextIn = bytes
    TextIn = Mid$(TextIn, 2)
End Function

Public Sub WriteWords(ByVal path As String, ByVal text As String)
    Dim file As Integer, bytes() As Byte
    If FileExists(path) Then Kill path
    bytes = ChrW(&HFEFF) & text
    file = FreeFile
    Open path For Binary Access Write As #file
    Put #file, 1, bytes
    Close #file
End Sub

' A request: its first line, the header, the workbook's copy ("" where there is none).
Public Sub WriteRequest(ByVal path As String, ByVal header As String, ByVal copied As String)
    Dim file As Integer, bytes() As Byte, book() As Byte, size As Long
    If copied <> "" Then
        ReadBytes copied, book
        size = UBound(book) + 1
    End If
    file = FreeFile
    Open path For Binary Access Write As #file
    PutAscii FirstLine(header, size), bytes
    Put #file, 1, bytes
    bytes = header
    Put #file, , bytes
    If size > 0 Then Put #file, , book
    Close #file
End Sub

Public Sub ReadBytes(ByVal path As String, bytes() As Byte)
    Dim file As Integer
    file = FreeFile
    Open path For Binary Access Read As #file
    ReDim bytes(0 To LOF(file) - 1)
    Get #file, 1, bytes
    Close #file
End Sub

Public Sub WriteBytes(ByVal path As String, bytes() As Byte)
    Dim file As Integer
    If FileExists(path) Then Kill path
    file = FreeFile
    Open path For Binary Access Write As #file
    Put #file, 1, bytes
    Close #file
End Sub

' Lets Excel live meanwhile: short looks at first, then one a second, so that waiting does not heat the PC.
Public Sub Pause(ByVal elapsed As Double)
    Dim enough As Double
    DoEvents
    If elapsed > 2 Then
        Application.Wait Now + TimeSerial(0, 0, 1)
        Exit Sub
    End If
    enough = Timer + 0.1
    Do While Timer < enough And Timer > enough - 1
        DoEvents
    Loop
End Sub

Private Sub PutAscii(ByVal text As String, bytes() As Byte)
    Dim i As Long
    ReDim bytes(0 To Len(text) - 1)
    For i = 1 To Len(text)
        bytes(i - 1) = Asc(Mid$(text, i, 1))
    Next i
End Sub
