Attribute VB_Name = "Marks"
Option Explicit

' Marks: a fill and a note that carries the former fill in its last line (docs/protocol.md).

' True where the cell is marked now; a note of somebody's own, or a protected worksheet, leaves it as it was.
Public Function MarkCell(cell As Object, ByVal colour As String, ByVal text As String) As Boolean
    Dim fill As Object, former As String
    On Error GoTo Refused
    If Host.HasThread(cell) Then Exit Function
    If Not cell.Comment Is Nothing Then
        If Not IsOurs(cell.Comment) Then Exit Function
        TakeOff cell
    End If
    Set fill = cell.Interior
    If fill.ColorIndex = -4142 Then         ' none
        former = Says("mark.none")
    ElseIf fill.Pattern = 1 Or fill.Pattern = -4142 Then    ' solid
        former = Says("mark.was", HexColour(fill.Color))
    Else
        former = Says("mark.kept")
    End If
    cell.AddComment Says("mark.head") & text & vbLf & former
    On Error GoTo TakeNoteOff
    If former <> Says("mark.kept") Then fill.Color = RGB(Part(colour, 1), Part(colour, 3), Part(colour, 5))
    MarkCell = True
    Exit Function
TakeNoteOff:
    cell.Comment.Delete
Refused:
End Function

' True where none of our marks is left on the worksheet.
Public Function UnmarkSheet(sheet As Object) As Boolean
    Dim i As Long
    On Error GoTo Refused
    For i = sheet.Comments.Count To 1 Step -1
        If IsOurs(sheet.Comments(i)) Then TakeOff Host.CellOfNote(sheet, i)
    Next i
    UnmarkSheet = True
Refused:
End Function

Public Function UnmarkBook(book As Object) As String
    Dim sheet As Object
    UnmarkBook = Says("unmark.done")
    For Each sheet In book.Worksheets
        If Not UnmarkSheet(sheet) Then UnmarkBook = Says("left.unmark", sheet.Name)
    Next sheet
End Function

' The fill goes first: where that is refused, the note stays and still says what to give back.
Private Sub TakeOff(cell As Object)
    Dim text As String, at As Long, was As String
    text = cell.Comment.Text
    at = InStrRev(text, vbLf)
    was = Mid$(text, at + 1)
    If was = Says("mark.none") Then
        cell.Interior.ColorIndex = -4142
    ElseIf was <> Says("mark.kept") Then
        at = InStr(Says("mark.was"), "{1}")
        was = Mid$(was, at, 6)
        If was Like "[0-9A-Fa-f][0-9A-Fa-f][0-9A-Fa-f][0-9A-Fa-f][0-9A-Fa-f][0-9A-Fa-f]" Then _
            cell.Interior.Color = RGB(Part(was, 1), Part(was, 3), Part(was, 5))
    End If
    cell.Comment.Delete
End Sub

Private Function IsOurs(note As Object) As Boolean
    IsOurs = Left$(note.Text, Len(Says("mark.head"))) = Says("mark.head")
End Function

Private Function Part(ByVal colour As String, ByVal at As Long) As Long
    Part = CLng("&H" & Mid$(colour, at, 2))
End Function

Private Function HexColour(ByVal colour As Long) As String
    HexColour = TwoHex(colour And 255) & TwoHex((colour \ 256) And 255) & TwoHex((colour \ 65536) And 255)
End Function

Private Function TwoHex(ByVal number As Long) As String
    TwoHex = Right$("0" & Hex$(number), 2)
End Function
