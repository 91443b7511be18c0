@echo off
rem Puts xlsync.xlam where Excel opens it at every start. No administrator is needed. install.cmd /q asks nothing.
setlocal
for /f "tokens=2 delims=:" %%c in ('chcp') do set "FORMER=%%c"
chcp 932 >nul
set "FROM=%~dp0xlsync.xlam"
set "FOLDER=%APPDATA%\Microsoft\Excel\XLSTART"
set "TARGET=%FOLDER%\xlsync.xlam"
set "RESULT=1"

if not defined APPDATA (
  echo APPDATA がありません。情報システム担当に連絡してください。
  goto done
)
if not exist "%FROM%" (
  echo このファイルと同じ場所に xlsync.xlam がありません。フォルダーごとコピーしてから、もう一度実行してください。
  goto done
)
tasklist /fi "imagename eq excel.exe" /nh 2>nul | find /i "excel.exe" >nul
if not errorlevel 1 (
  echo Excel が開いています。入力中のブックを保存し、Excel をすべて終了してから、もう一度実行してください。
  goto done
)
if not exist "%FOLDER%" mkdir "%FOLDER%"
copy /b /y "%FROM%" "%TARGET%" >nul
if errorlevel 1 (
  echo コピーできませんでした。Excel がすべて終了しているか確かめ、続くときは情報システム担当に連絡してください。
  goto done
)
rem A file from the web or from mail carries a mark that keeps macros from running: it is now this PC's own.
>"%TARGET%:Zone.Identifier" echo [ZoneTransfer]
>>"%TARGET%:Zone.Identifier" echo ZoneId=0
rem Settings go elsewhere: whatever lies in XLSTART is opened as a workbook.
if exist "%~dp0xlsync-addin.tsv" (
  if not exist "%APPDATA%\xlsync" mkdir "%APPDATA%\xlsync"
  copy /b /y "%~dp0xlsync-addin.tsv" "%APPDATA%\xlsync\xlsync-addin.tsv" >nul
)
echo 入りました。Excel を開くと［評価シート］のタブが出ます。出ないときは、情報システム担当に連絡してください。
set "RESULT=0"

:done
chcp %FORMER% >nul
if /i not "%~1"=="/q" pause
exit /b %RESULT%
