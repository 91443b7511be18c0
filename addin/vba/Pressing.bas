Attribute VB_Name = "Pressing"
Option Explicit

' One press of a button, from its start to its one message.

Public Const TROUBLE As Long = 31001    ' Err.Number of what is told in our own words

Private busy As Boolean                 ' a press is under way: DoEvents lets people press again

Public Sub PressButton(ByVal verb As String)
    If busy Then Exit Sub
    busy = True
    Dim updating As Boolean, events As Boolean, level As String, said As String
    updating = Application.ScreenUpdating
    events = Application.EnableEvents
    level = "error"
    On Error GoTo Failed
    said = Pressed(verb, level)
Done:
    On Error Resume Next
    Host.LetEscape 1
    Host.ShowProgress ""
    Application.EnableEvents = events
    Application.ScreenUpdating = updating
    Machine.ForgetTemporary
    busy = False
    On Error GoTo 0
    If said <> "" Then Host.Say Shortened(said, 900), BoxStyle(level)
    Exit Sub
Failed:
    said = InOurWords(Err.Number, Err.Description)
    level = "error"
    Resume Done
End Sub

Private Function Pressed(ByVal verb As String, ByRef level As String) As String
    LoadSettings
    If verb = "settings" Then
        level = "info"
        Pressed = AskForSettings()
        Exit Function
    End If
    Dim book As Object
    Set book = LiveBook(verb)
    If verb = "unmark" Then
        Application.EnableEvents = False
        level = "info"
        Pressed = UnmarkBook(book)
        Exit Function
    End If
    Dim id As String, facts As New Collection
    id = NewId()
    If verb = "selftest" Then Set facts = FactsOf(book)
    On Error GoTo NoAnswer
    Dim words As String
    words = AnswerTo(book, verb, id, facts)
    On Error GoTo 0
    Dim changes As Collection
    Set changes = ReadAnswer(words, verb, id)
    Application.EnableEvents = False
    Application.ScreenUpdating = False
    Host.LetEscape 0
    Pressed = CarryOut(book, changes, level)
    Exit Function
NoAnswer:
    Dim why As String
    why = InOurWords(Err.Number, Err.Description)
    Resume WithoutAnswer
WithoutAnswer:
    On Error GoTo 0
    If verb <> "selftest" Then Err.Raise TROUBLE, "xlsync", why
    ListFacts facts, why
    Pressed = why
End Function

' The workbook in front; trouble where there is none that a copy can be made of.
Private Function LiveBook(ByVal verb As String) As Object
    Dim book As Object
    Set book = BehindList(Host.InFront())
    If verb = "selftest" Then
        If Not book Is Nothing Then
            If Not Host.IsOpenXml(book) Then Set book = Nothing
        End If
    ElseIf Host.InProtectedView() Then
        Err.Raise TROUBLE, "xlsync", Says("book.protectedview")
    ElseIf book Is Nothing Then
        Err.Raise TROUBLE, "xlsync", Says("book.none")
    ElseIf Not Host.IsOpenXml(book) Then
        Err.Raise TROUBLE, "xlsync", Says("book.format", book.Name)
    End If
    Set LiveBook = book
End Function

Private Function AnswerTo(book As Object, ByVal verb As String, ByVal id As String, facts As Collection) As String
    Dim copied As String
    Host.ShowProgress Says("progress.copy")
    If Not book Is Nothing Then copied = CopyOfBook(book, id)
    Host.ShowProgress Says("progress.wait", Says("verb." & verb))
    Host.LetEscape 2
    AnswerTo = Exchange(book, id, HeaderOf(book, verb, id, facts), copied)
    Host.LetEscape 1
End Function

Private Function CopyOfBook(book As Object, ByVal id As String) As String
    Dim path As String, why As String
    path = Machine.Temporary("xlsync-" & id & ".xlsx")
    On Error GoTo Failed
    Host.SaveCopy book, path
    CopyOfBook = path
    Exit Function
Failed:
    why = Err.Description
    Resume NotCopied
NotCopied:
    On Error GoTo 0
    Err.Raise TROUBLE, "xlsync", Says("book.copy", why)
End Function

Public Function InOurWords(ByVal number As Long, ByVal description As String) As String
    If number = TROUBLE Then
        InOurWords = description
    ElseIf number = 18 Then
        InOurWords = Says("wait.escape")
    Else
        InOurWords = Says("unexpected", CStr(number), description)
    End If
End Function

Public Function Shortened(ByVal text As String, ByVal most As Long) As String
    Shortened = text
    If Len(text) > most Then Shortened = Left$(text, most - 1) & ChrW(8230)
End Function

Private Function BoxStyle(ByVal level As String) As Long
    Select Case level
        Case "error": BoxStyle = vbCritical
        Case "warning": BoxStyle = vbExclamation
        Case Else: BoxStyle = vbInformation
    End Select
End Function
