@echo off
rem Takes away what install.cmd put there, and the settings chosen with the button; nothing else.
setlocal
for /f "tokens=2 delims=:" %%c in ('chcp') do set "FORMER=%%c"
chcp 932 >nul
set "TARGET=%APPDATA%\Microsoft\Excel\XLSTART\xlsync.xlam"
set "RESULT=1"

if not defined APPDATA (
  echo APPDATA がありません。情報システム担当に連絡してください。
  goto done
)
tasklist /fi "imagename eq excel.exe" /nh 2>nul | find /i "excel.exe" >nul
if not errorlevel 1 (
  echo Excel が開いています。入力中のブックを保存し、Excel をすべて終了してから、もう一度実行してください。
  goto done
)
if exist "%TARGET%" del /q "%TARGET%"
if exist "%TARGET%" (
  echo 消せませんでした。Excel がすべて終了しているか確かめ、続くときは情報システム担当に連絡してください。
  goto done
)
if exist "%APPDATA%\xlsync\xlsync-addin.tsv" del /q "%APPDATA%\xlsync\xlsync-addin.tsv"
if exist "%APPDATA%\xlsync\addin.tsv" del /q "%APPDATA%\xlsync\addin.tsv"
rem Only where nothing else lies in it.
rmdir "%APPDATA%\xlsync" 2>nul
echo 取り除きました。ブックに入力した内容はそのままです。
set "RESULT=0"

:done
chcp %FORMER% >nul
if /i not "%~1"=="/q" pause
exit /b %RESULT%
