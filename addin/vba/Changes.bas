Attribute VB_Name = "Changes"
Option Explicit

' Carries out the changes, one after the other; what could not be carried out is told.

Private untouched As Collection   ' cells left alone, with the reason
Private unfinished As String      ' worksheets with a change left alone: their stamp stays as it is

' What is to be said at the end; level is info, warning or error.
Public Function CarryOut(book As Object, changes As Collection, ByRef level As String) As String
    Dim change As Variant, said As String, cancelled As Boolean, list As Object, number As Long
    Set untouched = New Collection
    unfinished = vbLf
    level = "info"
    On Error GoTo Broken
    For Each change In changes
        number = number + 1
        Select Case change(0)
            Case "message"
                said = said & IIf(said = "", "", vbLf & vbLf) & change(2)
                If change(1) = "error" Or level = "info" Then level = change(1)
            Case "table", "row"
                KeepForList list, book, change
            Case "open"
                OpenShared book, change(1)
            Case Else
                InSheet SheetOf(book, change(1)), change, cancelled
        End Select
    Next change
    FinishList list
    CarryOut = said & WhatWasLeft(level)
    Exit Function
Broken:
    said = InOurWords(Err.Number, Err.Description)
    Resume Stopped
Stopped:
    On Error GoTo 0
    level = "error"
    CarryOut = Says("carry.broken", CStr(number - 1), CStr(changes.Count), said) & WhatWasLeft(level)
End Function

Private Sub InSheet(sheet As Object, change As Variant, ByRef cancelled As Boolean)
    If sheet Is Nothing Then
        LeaveAlone change(1), "", "left.worksheet"
        Exit Sub
    End If
    Select Case change(0)
        Case "unmark"
            If Not UnmarkSheet(sheet) Then LeaveAlone change(1), "", "left.unmark"
        Case "mark"
            If Not MarkCell(sheet.Range(change(2)), change(3), change(4)) Then LeaveAlone change(1), change(2), "left.mark"
        Case "write"
            WriteCell sheet.Range(change(2)), change
        Case "ask"
            AskAndWrite sheet.Range(change(2)), change, cancelled
        Case "stamp"
            PutStamp sheet, change(2)
        Case "goto"
            ShowCell sheet, change(2)
    End Select
End Sub

Private Sub AskAndWrite(cell As Object, change As Variant, ByRef cancelled As Boolean)
    If Not cancelled And IsStill(cell, change) Then
        Select Case Host.Say(Shortened(change(7), 900), vbYesNoCancel + vbQuestion)
            Case vbYes
                WriteCell cell, change
                Exit Sub
            Case vbNo
                Exit Sub
        End Select
        cancelled = True
    End If
    LeaveAlone change(1), change(2), IIf(cancelled, "left.cancelled", WhyNotStill(cell))
End Sub

Private Sub WriteCell(cell As Object, change As Variant)
    If Not IsStill(cell, change) Then
        LeaveAlone change(1), change(2), WhyNotStill(cell)
    ElseIf Not Stands(cell, change(3), change(4), change(5), change(6)) Then
        LeaveAlone change(1), change(2), "left.refused"
    End If
End Sub

Private Function IsStill(cell As Object, change As Variant) As Boolean
    If Not cell.HasFormula Then IsStill = Holds(cell, change(5), change(6))
End Function

Private Function WhyNotStill(cell As Object) As String
    WhyNotStill = IIf(cell.HasFormula, "left.formula", "left.changed")
End Function

' True where the cell holds that value of that type, whatever it looks like.
Private Function Holds(cell As Object, ByVal kind As String, ByVal value As String) As Boolean
    Dim held As Variant
    held = Host.Held(cell)
    If IsError(held) Then Exit Function
    Select Case kind
        Case "blank"
            Holds = IsEmpty(held)
            If VarType(held) = vbString Then Holds = held = ""
        Case "text"
            If IsEmpty(held) Then held = ""
            If VarType(held) = vbString Then Holds = StrComp(OneBreak(held), OneBreak(value), vbBinaryCompare) = 0
        Case "boolean"
            If VarType(held) = vbBoolean Then Holds = held = (value = "true")
        Case "number"
            If VarType(held) <> vbString And VarType(held) <> vbBoolean And IsNumeric(held) And Not IsEmpty(held) Then _
                Holds = Abs(CDbl(held) - Val(value)) <= Abs(Val(value)) * 0.00000000000001
    End Select
End Function

Private Function OneBreak(ByVal text As String) As String
    OneBreak = Replace(text, vbCrLf, vbLf)
End Function

' True where the value stands in the cell now; where it does not, what was there does.
Private Function Stands(cell As Object, ByVal kind As String, ByVal value As String, _
        ByVal wasKind As String, ByVal was As String) As Boolean
    If TypeIn(cell, kind, value, "") Then Stands = Holds(cell, kind, value)
    If Not Stands And kind = "text" Then   ' formatting is protected, or a leading apostrophe was taken for a sign
        If TypeIn(cell, kind, value, "'") Then Stands = Holds(cell, kind, value)
    End If
    If Not Stands And Not Holds(cell, wasKind, was) Then TypeIn cell, wasKind, was, ""
End Function

' Text is written into a cell of the format "@", numbers into one without: Excel would read 4-5-6 as a date.
Private Function TypeIn(cell As Object, ByVal kind As String, ByVal value As String, ByVal sign As String) As Boolean
    Dim former As String, wanted As String
    On Error GoTo Refused
    former = cell.NumberFormat
    wanted = former
    If kind = "text" And sign = "" Then wanted = "@"
    If (kind = "number" Or kind = "boolean") And former = "@" Then wanted = "General"
    If wanted <> former Then cell.NumberFormat = wanted
    On Error Resume Next
    Select Case kind
        Case "blank": cell.MergeArea.ClearContents
        Case "text": cell.Value = sign & value
        Case "boolean": cell.Value = (value = "true")
        Case "number": cell.Value = CDbl(Val(value))
    End Select
    TypeIn = Err.Number = 0
    If wanted <> former Then cell.NumberFormat = former
Refused:
End Function

Private Sub PutStamp(sheet As Object, ByVal text As String)
    If InStr(unfinished, vbLf & sheet.Name & vbLf) > 0 Then Exit Sub
    On Error GoTo Refused
    Host.PutHiddenName sheet, "_xlsync.stamp", "=""" & text & """"
    Exit Sub
Refused:
    LeaveAlone sheet.Name, "", "left.stamp"
End Sub

Private Sub ShowCell(sheet As Object, ByVal cell As String)
    On Error GoTo Hidden
    Host.ShowPlace sheet, cell
Hidden:
End Sub

Private Sub OpenShared(book As Object, ByVal relative As String)
    On Error GoTo Refused
    Host.OpenReadOnly SharedFile(book, relative)
    Exit Sub
Refused:
    LeaveAlone relative, "", "left.open"
End Sub

Public Function SheetOf(book As Object, ByVal title As String) As Object
    Dim sheet As Object
    If book Is Nothing Then Exit Function
    For Each sheet In book.Worksheets
        If sheet.Name = title Then Set SheetOf = sheet
    Next sheet
End Function

Private Sub LeaveAlone(ByVal sheet As String, ByVal cell As String, ByVal reason As String)
    unfinished = unfinished & sheet & vbLf
    untouched.Add Says(reason, sheet & IIf(cell = "", "", " " & cell))
End Sub

Private Function WhatWasLeft(ByRef level As String) As String
    Dim one As Variant, told As Long
    If untouched.Count = 0 Then Exit Function
    If level = "info" Then level = "warning"
    WhatWasLeft = vbLf & vbLf & Says("left.title", CStr(untouched.Count))
    For Each one In untouched
        told = told + 1
        If told <= 8 Then WhatWasLeft = WhatWasLeft & vbLf & one
    Next one
    If told > 8 Then WhatWasLeft = WhatWasLeft & vbLf & ChrW(8230)
End Function
