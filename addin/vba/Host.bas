Attribute VB_Name = "Host"
Option Explicit

' What only Excel on Windows can do: copies, boxes, WinHttp, Protected View. Tests replace this module.

Public Function Say(ByVal text As String, ByVal style As Long) As Long
    Say = MsgBox(text, style, Says("title"))
End Function

Public Sub ShowProgress(ByVal text As String)
    If text = "" Then Application.StatusBar = False Else Application.StatusBar = text
    If text = "" Then Application.Cursor = xlDefault Else Application.Cursor = xlWait
End Sub

' 0: ESC does nothing; 1: as Excel would; 2: ESC is error 18.
Public Sub LetEscape(ByVal mode As Long)
    Application.EnableCancelKey = mode
End Sub

Public Function InFront() As Object
    Set InFront = ActiveWorkbook
End Function

Public Function WorksheetInFront(book As Object) As String
    WorksheetInFront = book.ActiveSheet.Name
End Function

Public Function FullNameOf(book As Object) As String
    FullNameOf = book.FullName
End Function

' What a cell holds, dates and amounts of money being plain numbers.
Public Function Held(cell As Object) As Variant
    Held = cell.Value2
End Function

Public Function NewWorkbook() As Object
    Set NewWorkbook = Workbooks.Add(-4167)      ' with one worksheet
End Function

Public Sub PutLink(cell As Object, ByVal path As String, ByVal spot As String)
    cell.Worksheet.Hyperlinks.Add cell, path, spot
End Sub

Public Sub ShowPlace(sheet As Object, ByVal cell As String)
    sheet.Parent.Activate
    sheet.Activate
    sheet.Range(cell).Select
End Sub

Public Sub SaveCopy(book As Object, ByVal path As String)
    book.SaveCopyAs path
End Sub

' True for .xlsx and .xlsm, saved or not yet.
Public Function IsOpenXml(book As Object) As Boolean
    IsOpenXml = book.FileFormat = 51 Or book.FileFormat = 52
End Function

Public Function InProtectedView() As Boolean
    On Error Resume Next
    InProtectedView = Not Application.ActiveProtectedViewWindow Is Nothing
End Function

Public Function WhoPresses() As String
    WhoPresses = Application.UserName
    If WhoPresses = "" Then WhoPresses = Environ$("USERNAME")
End Function

Public Function WhoAndWhere() As String
    WhoAndWhere = Environ$("COMPUTERNAME") & Environ$("USERNAME") & CStr(Application.Hwnd)
End Function

' True where people talk about the cell; an Excel without such comments does not know the word.
Public Function HasThread(cell As Object) As Boolean
    On Error Resume Next
    HasThread = Not cell.CommentThreaded Is Nothing
End Function

Public Function CellOfNote(sheet As Object, ByVal index As Long) As Object
    Set CellOfNote = sheet.Comments(index).Parent
End Function

Public Sub PutHiddenName(sheet As Object, ByVal title As String, ByVal refersTo As String)
    sheet.Names.Add title, refersTo, False
End Sub

Public Sub OpenReadOnly(ByVal path As String)
    If LCase$(Right$(path, 5)) = ".html" Then
        ThisWorkbook.FollowHyperlink path
    Else
        Workbooks.Open path, 0, True
    End If
End Sub

Public Function PickFolder() As String
    Dim dialog As Object
    Set dialog = Application.FileDialog(4)      ' folders
    If dialog.Show = -1 Then PickFolder = dialog.SelectedItems(1)
End Function

' The answer's text; an error where there is none in time.
Public Function Post(ByVal url As String, ByVal key As String, ByVal path As String, _
        ByVal seconds As Long, ByVal most As Long, ByRef status As Long) As String
    Dim way As Object, bytes() As Byte
    Machine.ReadBytes path, bytes
    Set way = Sent("POST", url, key, bytes, seconds)
    status = way.Status
    bytes = way.ResponseBody
    If UBound(bytes) >= most Then Err.Raise TROUBLE, "xlsync", Says("answer.long")
    Post = Machine.TextIn(bytes)
End Function

Public Sub Fetch(ByVal url As String, ByVal key As String, ByVal path As String, ByVal seconds As Long)
    Dim way As Object, bytes() As Byte
    Set way = Sent("GET", url, key, Empty, seconds)
    If way.Status <> 200 Then Err.Raise TROUBLE, "xlsync", CStr(way.Status)
    bytes = way.ResponseBody
    Machine.WriteBytes path, bytes
End Sub

Private Function Sent(ByVal verb As String, ByVal url As String, ByVal key As String, _
        body As Variant, ByVal seconds As Long) As Object
    Dim way As Object, started As Double
    Set way = CreateObject("WinHttp.WinHttpRequest.5.1")
    way.SetTimeouts 5000, 5000, seconds * 1000, seconds * 1000
    way.Open verb, url, True
    way.Option(6) = False               ' no redirects: the key goes to this server only
    If key <> "" Then way.SetRequestHeader "Authorization", "Bearer " & key
    way.SetRequestHeader "Accept", "text/tab-separated-values"
    If verb = "POST" Then way.SetRequestHeader "Content-Type", "application/octet-stream"
    If verb = "POST" Then way.Send body Else way.Send
    started = Timer
    Do Until way.WaitForResponse(1)
        DoEvents
        If Timer - started > seconds Or Timer < started Then
            way.Abort
            Err.Raise TROUBLE, "xlsync", Says("wait.late", CStr(seconds))
        End If
    Loop
    Set Sent = way
End Function

Public Function Facts(book As Object) As Collection
    Dim found As New Collection
    On Error Resume Next        ' what one Excel cannot tell is left out
    Note found, "fact.excel", Application.Version & " " & Application.Build
    Note found, "fact.system", Application.OperatingSystem
    Note found, "fact.locale", Application.International(1) & " / " & Application.International(2)
    Note found, "fact.user", Application.UserName & " / " & Environ$("USERNAME") & " / " & Environ$("COMPUTERNAME")
    Note found, "fact.addin", ThisWorkbook.FullName
    Note found, "fact.temp", Environ$("TEMP")
    Note found, "fact.calculation", CStr(Application.Calculation)
    If Not book Is Nothing Then
        Note found, "fact.readonly", CStr(book.ReadOnly)
        Note found, "fact.shared", CStr(book.MultiUserEditing)
        Note found, "fact.structure", CStr(book.ProtectStructure)
        Note found, "fact.unsaved", CStr(Not book.Saved)
    End If
    Set Facts = found
End Function

Private Sub Note(found As Collection, ByVal key As String, ByVal value As String)
    found.Add Array(Says(key), value)
End Sub
