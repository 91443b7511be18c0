Attribute VB_Name = "Ribbon"
Option Explicit

' The buttons: one Sub for each onAction of customUI14.xml.

Public Sub XlsyncValidate(control As Object)
    PressButton "validate"
End Sub

Public Sub XlsyncSubmit(control As Object)
    PressButton "submit"
End Sub

Public Sub XlsyncPull(control As Object)
    PressButton "pull"
End Sub

Public Sub XlsyncDiff(control As Object)
    PressButton "diff"
End Sub

Public Sub XlsyncSummary(control As Object)
    PressButton "summary"
End Sub

Public Sub XlsyncSelfTest(control As Object)
    PressButton "selftest"
End Sub

Public Sub XlsyncUnmark(control As Object)
    PressButton "unmark"
End Sub

Public Sub XlsyncSettings(control As Object)
    PressButton "settings"
End Sub
