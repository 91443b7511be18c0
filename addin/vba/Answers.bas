Attribute VB_Name = "Answers"
Option Explicit

' What comes back is checked whole before anything of it is carried out: docs/protocol.md, "Answer".

Private Const MOST_CHANGES As Long = 20000
Private Const KINDS As String = " unmark mark write ask stamp table goto open message "

' The changes, each an array of words; trouble where the answer was cut off or holds what nobody knows.
Public Function ReadAnswer(ByVal words As String, ByVal verb As String, ByVal id As String) As Collection
    Dim found As New Collection, pieces() As String, change As Variant
    Dim i As Long, last As Long, reached As Long, columns As Long
    pieces = Split(words, vbCrLf)
    last = UBound(pieces)
    If last < 2 Then Refuse "answer.cut", ""
    If pieces(last) <> "" Or pieces(last - 1) <> "end" & vbTab & CStr(last - 2) Then Refuse "answer.cut", ""
    If last - 2 > MOST_CHANGES Then Refuse "answer.long", ""
    change = WordsIn(pieces(0))
    If UBound(change) <> 4 Then Refuse "answer.unknown", ""
    If change(0) <> "xlsync-answer" Then Refuse "answer.unknown", ""
    If change(1) <> "1" Then Refuse "answer.version", ""
    If change(4) = "failed" Then        ' may not know whom it answers: only its message is shown
        If last <> 3 Or Left$(pieces(1), 14) <> "message" & vbTab & "error" & vbTab Then Refuse "answer.unknown", ""
    ElseIf change(4) <> "done" Then
        Refuse "answer.unknown", ""
    ElseIf change(2) <> verb Or LCase$(change(3)) <> id Then
        Refuse "answer.other", ""
    End If
    columns = -1
    For i = 1 To last - 2
        change = WordsIn(pieces(i))
        If Not IsKnown(change, columns) Then Refuse "answer.unknown", Shortened(pieces(i), 80)
        If change(0) <> "row" Then
            If InStr(KINDS, " " & change(0) & " ") < reached Then Refuse "answer.unknown", Shortened(pieces(i), 80)
            reached = InStr(KINDS, " " & change(0) & " ")
            columns = -1
            If change(0) = "table" Then columns = UBound(change) - 1
        End If
        found.Add change
    Next i
    Set ReadAnswer = found
End Function

' The words of a line with \t \r \n \\ read; trouble where a backslash means nothing.
Public Function WordsIn(ByVal piece As String) As Variant
    Dim words() As String, i As Long
    words = Split(piece, vbTab)
    If UBound(words) < 0 Then Refuse "answer.unknown", ""
    If InStr(piece, vbCr) > 0 Or InStr(piece, vbLf) > 0 Then Refuse "answer.unknown", ""
    For i = 0 To UBound(words)
        If InStr(words(i), "\") > 0 Then words(i) = Unescaped(words(i))
    Next i
    WordsIn = words
End Function

Private Function Unescaped(ByVal word As String) As String
    Dim parts() As String, i As Long
    parts = Split(word, "\\")    ' read from the left, pairs are found as they were written
    For i = 0 To UBound(parts)
        parts(i) = Replace(parts(i), "\t", vbTab)
        parts(i) = Replace(parts(i), "\r", vbCr)
        parts(i) = Replace(parts(i), "\n", vbLf)
        If InStr(parts(i), "\") > 0 Then Refuse "answer.unknown", Shortened(word, 80)
    Next i
    Unescaped = Join(parts, "\")
End Function

Private Function IsKnown(change As Variant, ByVal columns As Long) As Boolean
    Dim n As Long
    n = UBound(change)
    Select Case change(0)
        Case "unmark"
            If n = 1 Then IsKnown = change(1) <> ""
        Case "mark"
            If n = 4 Then IsKnown = IsPlace(change(1), change(2)) And IsHex(change(3), 6)
        Case "write"
            If n = 6 Then IsKnown = IsWrite(change)
        Case "ask"
            If n = 7 Then IsKnown = IsWrite(change)
        Case "stamp"
            If n = 2 Then IsKnown = change(1) <> "" And IsStamp(change(2))
        Case "table"
            IsKnown = n >= 1
        Case "row"
            If n >= 2 And n - 2 = columns Then
                IsKnown = IsPlace(change(1), change(2)) Or (change(1) = "" And change(2) = "")
            End If
        Case "goto"
            If n = 2 Then IsKnown = IsPlace(change(1), change(2))
        Case "open"
            If n = 1 Then IsKnown = IsOpenName(change(1))
        Case "message"
            If n = 2 Then IsKnown = InStr(" info warning error ", " " & change(1) & " ") > 0
    End Select
End Function

Private Function IsWrite(change As Variant) As Boolean
    If IsPlace(change(1), change(2)) Then IsWrite = IsTyped(change(3), change(4)) And IsTyped(change(5), change(6))
End Function

Private Function IsPlace(ByVal sheet As String, ByVal cell As String) As Boolean
    Dim letters As Long, column As Long, i As Long
    If sheet = "" Or Len(cell) > 10 Then Exit Function
    Do While letters < Len(cell)
        If Not (Mid$(cell, letters + 1, 1) Like "[A-Z]") Then Exit Do
        letters = letters + 1
    Loop
    If letters < 1 Or letters > 3 Or Len(cell) - letters < 1 Or Len(cell) - letters > 7 Then Exit Function
    For i = 1 To letters
        column = column * 26 + Asc(Mid$(cell, i, 1)) - 64
    Next i
    For i = letters + 1 To Len(cell)
        If Not (Mid$(cell, i, 1) Like "[0-9]") Then Exit Function
    Next i
    If Mid$(cell, letters + 1, 1) = "0" Then Exit Function
    IsPlace = column <= 16384 And CLng(Mid$(cell, letters + 1)) <= 1048576
End Function

Private Function IsHex(ByVal text As String, ByVal digits As Long) As Boolean
    Dim i As Long
    If Len(text) <> digits Then Exit Function
    For i = 1 To digits
        If Not (Mid$(text, i, 1) Like "[0-9A-Fa-f]") Then Exit Function
    Next i
    IsHex = True
End Function

Private Function IsTyped(ByVal kind As String, ByVal value As String) As Boolean
    Select Case kind
        Case "text": IsTyped = Len(value) <= 32767
        Case "blank": IsTyped = value = ""
        Case "boolean": IsTyped = value = "true" Or value = "false"
        Case "number": IsTyped = IsNumberText(value)
    End Select
End Function

' -12.5 or 1E-05, within what a cell can hold; Val would read anything.
Private Function IsNumberText(ByVal text As String) As Boolean
    Dim parts() As String, sides() As String, digits As String
    parts = Split(text, "E")
    If UBound(parts) < 0 Or UBound(parts) > 1 Or Len(text) > 400 Then Exit Function
    If UBound(parts) = 1 Then
        digits = parts(1)
        If Left$(digits, 1) = "-" Or Left$(digits, 1) = "+" Then digits = Mid$(digits, 2)
        If Not AllDigits(digits) Or Len(digits) > 3 Then Exit Function
    End If
    digits = parts(0)
    If Left$(digits, 1) = "-" Then digits = Mid$(digits, 2)
    sides = Split(digits, ".")
    If UBound(sides) < 0 Or UBound(sides) > 1 Then Exit Function
    If Not AllDigits(sides(0)) Then Exit Function
    If UBound(sides) = 1 Then
        If Not AllDigits(sides(1)) Then Exit Function
    End If
    On Error GoTo TooLarge
    IsNumberText = Abs(CDbl(Val(text))) <= 9.99999999999999E+307
TooLarge:
End Function

Private Function AllDigits(ByVal text As String) As Boolean
    Dim i As Long
    For i = 1 To Len(text)
        If Not (Mid$(text, i, 1) Like "[0-9]") Then Exit Function
    Next i
    AllDigits = text <> ""
End Function

Private Function IsStamp(ByVal text As String) As Boolean
    Dim i As Long
    If Len(text) > 250 Then Exit Function
    For i = 1 To Len(text)
        If AscW(Mid$(text, i, 1)) < 32 Or AscW(Mid$(text, i, 1)) > 126 Or Mid$(text, i, 1) = """" Then Exit Function
    Next i
    IsStamp = True
End Function

' A workbook or page below the shared folder; nothing that any system reads as a way out of it.
Private Function IsOpenName(ByVal text As String) As Boolean
    Dim parts() As String, i As Long, letter As String
    If Len(text) > 240 Or (Right$(text, 5) <> ".xlsx" And Right$(text, 5) <> ".html") Then Exit Function
    For i = 1 To Len(text)
        letter = Mid$(text, i, 1)
        If (AscW(letter) >= 0 And AscW(letter) < 32) Or InStr("\:*?""<>|", letter) > 0 Then Exit Function
    Next i
    parts = Split(text, "/")
    For i = 0 To UBound(parts)
        If parts(i) = "" Or Trim$(parts(i)) <> parts(i) Or Right$(parts(i), 1) = "." Then Exit Function
    Next i
    IsOpenName = True
End Function

Private Sub Refuse(ByVal key As String, ByVal what As String)
    Err.Raise TROUBLE, "xlsync", Says(key, what)
End Sub
