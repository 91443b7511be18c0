Attribute VB_Name = "Requests"
Option Explicit

' What is sent: docs/protocol.md, "Request".

Private Const CLIENT As String = "xlam 0.1.0"

Public Function HeaderOf(book As Object, ByVal verb As String, ByVal id As String, facts As Collection) As String
    Dim header As String, fact As Variant, full As String, sheet As String
    If Not book Is Nothing Then
        full = Host.FullNameOf(book)
        sheet = Host.WorksheetInFront(book)
    End If
    header = HeaderLine("id", id) & HeaderLine("verb", verb) & HeaderLine("file", full) & _
        HeaderLine("user", Host.WhoPresses()) & HeaderLine("worksheet", sheet) & HeaderLine("client", CLIENT)
    For Each fact In facts
        header = header & "fact" & vbTab & Escaped(fact(0)) & vbTab & Escaped(fact(1)) & vbCrLf
    Next fact
    HeaderOf = header
End Function

Public Function FirstLine(ByVal header As String, ByVal workbookBytes As Long) As String
    FirstLine = "xlsync-request 1 " & (Len(header) * 2) & " " & workbookBytes & vbLf
End Function

' 32 hexadecimal digits: the time to the second, who and where, and chance.
Public Function NewId() As String
    Dim moment As Date, id As String, i As Long
    moment = Now
    id = CStr(Year(moment)) & Two(Month(moment)) & Two(Day(moment)) & _
        Two(Hour(moment)) & Two(Minute(moment)) & Two(Second(moment)) & Hashed(Host.WhoAndWhere())
    Randomize
    For i = Len(id) + 1 To 32
        id = id & Hex$(Int(Rnd * 16))
    Next i
    NewId = LCase$(id)
End Function

Public Function Escaped(ByVal text As String) As String
    text = Replace(text, "\", "\\")
    text = Replace(text, vbTab, "\t")
    text = Replace(text, vbCr, "\r")
    Escaped = Replace(text, vbLf, "\n")
End Function

Private Function HeaderLine(ByVal title As String, ByVal value As String) As String
    HeaderLine = title & vbTab & Escaped(value) & vbCrLf
End Function

Private Function Two(ByVal number As Long) As String
    Two = Right$("0" & number, 2)
End Function

Private Function Hashed(ByVal text As String) As String
    Dim sum As Double, i As Long
    For i = 1 To Len(text)
        sum = sum * 31 + (AscW(Mid$(text, i, 1)) And 65535)
        sum = sum - Int(sum / 16777216) * 16777216
    Next i
    Hashed = Right$("00000" & Hex$(CLng(sum)), 6)
End Function
