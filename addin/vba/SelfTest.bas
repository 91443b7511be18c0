Attribute VB_Name = "SelfTest"
Option Explicit

' What this PC tells of itself, for the self-test button and for whoever has to help.

Public Function FactsOf(book As Object) As Collection
    Dim facts As Collection, sheet As Object
    Set facts = Host.Facts(book)
    Tell facts, "fact.way", Described()
    Tell facts, "fact.seconds", CStr(Seconds())
    If book Is Nothing Then
        Tell facts, "fact.book", Says("book.none")
    Else
        Tell facts, "fact.book", Host.FullNameOf(book)
        For Each sheet In book.Worksheets
            If facts.Count < 60 Then Tell facts, "fact.sheet", sheet.Name & ": " & _
                Says(IIf(sheet.ProtectContents, "fact.protected", "fact.open"))
        Next sheet
    End If
    Set FactsOf = facts
End Function

' The list where the other side could not be asked.
Public Sub ListFacts(facts As Collection, ByVal why As String)
    Dim list As Object, fact As Variant
    KeepForList list, Nothing, Array("table", Says("verb.selftest"), Says("fact.column"), Says("fact.value"))
    KeepForList list, Nothing, Array("row", "", "", Says("fact.answer"), why)
    For Each fact In facts
        KeepForList list, Nothing, Array("row", "", "", fact(0), fact(1))
    Next fact
    FinishList list
End Sub

Private Sub Tell(facts As Collection, ByVal key As String, ByVal value As String)
    facts.Add Array(Says(key), value)
End Sub
