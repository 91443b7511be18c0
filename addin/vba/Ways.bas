Attribute VB_Name = "Ways"
Option Explicit

' The two ways to the other side: the shared folder and HTTP (docs/protocol.md, "Ways").

Private Const MOST_BYTES As Long = 8388608
Private Const MOST_WORKBOOK As Long = 20971520

' The answer's text. It takes no longer than the settings say; whatever fails is trouble in our own words.
Public Function Exchange(book As Object, ByVal id As String, ByVal header As String, ByVal copied As String) As String
    If copied <> "" Then
        If Machine.SizeOf(copied) > MOST_WORKBOOK Then Err.Raise TROUBLE, "xlsync", Says("book.large")
    End If
    If Setting("transport") = "http" Then
        Exchange = ByHttp(id, header, copied)
    Else
        Exchange = ByFolder(SharedFolder(book), id, header, copied)
    End If
End Function

Private Function ByFolder(ByVal desk As String, ByVal id As String, _
        ByVal header As String, ByVal copied As String) As String
    Dim waiting As String, answer As String, part As String, why As String, started As Double
    waiting = Joined(Joined(Joined(desk, ".xlsync"), "in"), id)
    answer = Joined(Joined(Joined(desk, ".xlsync"), "out"), id & ".answer")
    part = waiting & ".part"
    On Error GoTo CannotWrite
    Machine.WriteRequest part, header, copied
    If Not IsHandedIn(desk, part, waiting & ".request", why) Then GoTo NotWritten
    On Error GoTo GiveUp
    started = Timer
    Do Until Machine.FileExists(answer)
        If Elapsed(started) > Seconds() Then Err.Raise TROUBLE, "xlsync", "wait.late"
        Machine.Pause Elapsed(started)
    Loop
    ByFolder = Machine.ReadWords(answer, MOST_BYTES)
    Machine.DeleteFile answer
    Exit Function
CannotWrite:
    why = Err.Description
    Resume NotWritten
NotWritten:
    On Error GoTo 0
    Machine.DeleteFile part
    Err.Raise TROUBLE, "xlsync", Says("folder.write", desk, why)
GiveUp:
    why = Err.Description
    If Err.Number = 18 Then why = "wait.escape"
    If Err.Number <> 18 And Err.Number <> TROUBLE Then why = "folder.read"
    Resume GivenUp
GivenUp:
    On Error GoTo 0
    ' Where the request can still be deleted, nobody has taken it in.
    Err.Raise TROUBLE, "xlsync", Says(why, CStr(Seconds())) & vbLf & _
        Says(IIf(Machine.DeleteFile(waiting & ".request"), "wait.nothing", "wait.perhaps"))
End Function

' True where the request has got its name. The other side may take it in before this side hears that it has.
Private Function IsHandedIn(ByVal desk As String, ByVal part As String, _
        ByVal request As String, ByRef why As String) As Boolean
    On Error GoTo NotHeard
    Machine.MoveFile part, request
    IsHandedIn = True
    Exit Function
NotHeard:
    why = Err.Description
    Resume Look
Look:
    On Error GoTo 0
    If IsDesk(desk) Then IsHandedIn = Not Machine.FileExists(part)
End Function

Private Function ByHttp(ByVal id As String, ByVal header As String, ByVal copied As String) As String
    Dim request As String, why As String, status As Long, stopped As Boolean
    request = Machine.Temporary("xlsync-" & id & ".request")
    Machine.WriteRequest request, header, copied
    On Error GoTo Failed
    ByHttp = Host.Post(Address("/xlsync/1"), Setting("key"), request, Seconds(), MOST_BYTES, status)
    On Error GoTo 0
    If Left$(ByHttp, 13) <> "xlsync-answer" Then Err.Raise TROUBLE, "xlsync", Says("http.status", Setting("url"), CStr(status))
    Exit Function
Failed:
    stopped = Err.Number = 18
    why = Err.Description
    Resume NotAnswered
NotAnswered:
    On Error GoTo 0
    If stopped Then Err.Raise TROUBLE, "xlsync", Says("wait.escape") & vbLf & Says("wait.perhaps")
    Err.Raise TROUBLE, "xlsync", Says("http.failed", Setting("url"), why)
End Function

' Where a file named by the other side lies: in the shared folder, or fetched into the folder for temporary files.
Public Function SharedFile(book As Object, ByVal relative As String) As String
    If Setting("transport") <> "http" Then
        SharedFile = Joined(SharedFolder(book), Replace(relative, "/", Machine.PathSign()))
        Exit Function
    End If
    SharedFile = Machine.Place("TEMP")
    SharedFile = Joined(SharedFile, Mid$(relative, InStrRev(relative, "/") + 1))
    Host.Fetch Address("/xlsync/1/files/") & InUrl(relative), Setting("key"), SharedFile, Seconds()
End Function

' The folder of the settings, else the nearest one above the workbook that holds .xlsync\in.
Private Function SharedFolder(book As Object) As String
    Dim folder As String, at As Long
    folder = Setting("folder")
    If folder <> "" Then
        If Not IsDesk(folder) Then Err.Raise TROUBLE, "xlsync", Says("folder.away", folder)
    ElseIf Not book Is Nothing Then
        folder = book.Path
        Do Until folder = ""
            If IsDesk(folder) Then Exit Do
            If Left$(folder, 2) = "\\" And InStr(3, folder, "\") = InStrRev(folder, "\") Then folder = ""
            at = InStrRev(folder, Machine.PathSign())
            If at < 3 Then folder = "" Else folder = Left$(folder, at - 1)
        Loop
    End If
    If folder = "" Then Err.Raise TROUBLE, "xlsync", Says("folder.none")
    SharedFolder = folder
End Function

Private Function IsDesk(ByVal folder As String) As Boolean
    If InStr(folder, "://") = 0 Then IsDesk = Machine.FolderExists(Joined(Joined(folder, ".xlsync"), "in"))
End Function

Private Function Address(ByVal tail As String) As String
    Dim url As String
    url = Setting("url")
    If LCase$(Left$(url, 7)) <> "http://" And LCase$(Left$(url, 8)) <> "https://" Then
        Err.Raise TROUBLE, "xlsync", Says("http.url", url)
    End If
    If Right$(url, 1) = "/" Then url = Left$(url, Len(url) - 1)
    Address = url & tail
End Function

' UTF-8, percent by percent: what a URL may carry.
Public Function InUrl(ByVal text As String) As String
    Dim i As Long, code As Long, low As Long
    For i = 1 To Len(text)
        code = AscW(Mid$(text, i, 1)) And 65535
        If code >= 55296 And code < 56320 And i < Len(text) Then
            low = AscW(Mid$(text, i + 1, 1)) And 65535
            code = 65536 + (code - 55296) * 1024 + (low - 56320)
            i = i + 1
        End If
        If code < 128 And ChrW(code) Like "[A-Za-z0-9._/-]" Then
            InUrl = InUrl & ChrW(code)
        ElseIf code < 128 Then
            InUrl = InUrl & Percent(code)
        ElseIf code < 2048 Then
            InUrl = InUrl & Percent(192 + code \ 64) & Percent(128 + (code And 63))
        ElseIf code < 65536 Then
            InUrl = InUrl & Percent(224 + code \ 4096) & Percent(128 + ((code \ 64) And 63)) & Percent(128 + (code And 63))
        Else
            InUrl = InUrl & Percent(240 + code \ 262144) & Percent(128 + ((code \ 4096) And 63)) & _
                Percent(128 + ((code \ 64) And 63)) & Percent(128 + (code And 63))
        End If
    Next i
End Function

Private Function Percent(ByVal number As Long) As String
    Percent = "%" & Right$("0" & Hex$(number), 2)
End Function

Private Function Elapsed(ByVal started As Double) As Double
    Elapsed = Timer - started
    If Elapsed < 0 Then Elapsed = Elapsed + 86400       ' midnight went by
End Function
