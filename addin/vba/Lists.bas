Attribute VB_Name = "Lists"
Option Explicit

' Lists: each in a new workbook that was never saved; every cell is text, rows link to the live workbook.

Private rows_ As Collection
Private live As Object
Private made As String          ' names of the workbooks made here

' Keeps a table or a row; a further table finishes the one before.
Public Sub KeepForList(ByRef list As Object, book As Object, change As Variant)
    If change(0) = "table" Then
        FinishList list
        Set rows_ = New Collection
        Set live = book
        Set list = Host.NewWorkbook()
        made = made & vbLf & list.Name & vbLf
    End If
    rows_.Add change
End Sub

Public Sub FinishList(ByRef list As Object)
    If list Is Nothing Then Exit Sub
    Dim sheet As Object, head As Variant, change As Variant, texts As Variant, wide As Long, i As Long
    Set sheet = list.Worksheets(1)
    For Each head In rows_
        Exit For
    Next head
    wide = UBound(head) - 1
    If wide < 1 Then wide = 1
    sheet.Name = SheetTitle(head(1))
    texts = TextsIn(wide)
    With sheet.Range(sheet.Cells(1, 1), sheet.Cells(rows_.Count, wide))
        .NumberFormat = "@"
        .Value = texts
        .WrapText = True
        .VerticalAlignment = -4160          ' top
    End With
    sheet.Rows(1).Font.Bold = True
    For i = 1 To wide
        sheet.Columns(i).ColumnWidth = WidthFor(texts, i)
    Next i
    i = 0
    For Each change In rows_
        i = i + 1
        If i > 1 Then LinkRow sheet.Cells(i, 1), change
    Next change
    list.Saved = True                       ' may be closed without being asked
    Set list = Nothing
End Sub

' The workbook that a list in front was made of, as long as that is open; any other workbook itself.
Public Function BehindList(book As Object) As Object
    Set BehindList = book
    If book Is Nothing Or live Is Nothing Then Exit Function
    If book.Path <> "" Or InStr(made, vbLf & book.Name & vbLf) = 0 Then Exit Function
    On Error GoTo Closed
    If Host.FullNameOf(live) <> "" Then Set BehindList = live
Closed:
End Function

Private Function TextsIn(ByVal wide As Long) As Variant
    Dim texts As Variant, change As Variant, row As Long, i As Long
    ReDim texts(1 To rows_.Count, 1 To wide)
    For Each change In rows_
        row = row + 1
        For i = 1 To wide
            texts(row, i) = ""
            If row = 1 And i + 1 <= UBound(change) Then texts(row, i) = Shortened(change(i + 1), 8000)
            If row > 1 And i + 2 <= UBound(change) Then texts(row, i) = Shortened(change(i + 2), 8000)
            ' Excel takes a leading apostrophe for its own sign of text, in cells of text too.
            If Left$(texts(row, i), 1) = "'" Then texts(row, i) = "'" & texts(row, i)
        Next i
    Next change
    TextsIn = texts
End Function

' As wide as the longest text of a column wants, a Japanese sign being as wide as two others.
Private Function WidthFor(texts As Variant, ByVal column As Long) As Double
    Dim row As Long
    WidthFor = 8
    For row = 1 To UBound(texts, 1)
        If Len(texts(row, column)) * 2 + 2 > WidthFor Then WidthFor = Len(texts(row, column)) * 2 + 2
    Next row
    If WidthFor > 70 Then WidthFor = 70
End Function

Private Sub LinkRow(cell As Object, change As Variant)
    Dim spot As String
    If change(1) = "" Or live Is Nothing Or UBound(change) < 3 Then Exit Sub
    If change(3) = "" Then Exit Sub         ' Excel would show the address instead
    If live.Path = "" Then Exit Sub
    spot = "'" & Replace(change(1), "'", "''") & "'!" & change(2)
    Host.PutLink cell, Host.FullNameOf(live), spot
End Sub

Private Function SheetTitle(ByVal text As String) As String
    Dim sign As Variant
    For Each sign In Array("\", "/", "?", "*", "[", "]", ":", "'")
        text = Replace(text, sign, "_")
    Next sign
    SheetTitle = Left$(text, 31)
    If SheetTitle = "" Then SheetTitle = "xlsync"
End Function
