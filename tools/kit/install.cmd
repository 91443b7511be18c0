@echo off
rem Installs xlsync for the person who runs it: no network, no administrator. See the text file beside it.
setlocal
set "HERE=%~dp0"
set "WORK=%LOCALAPPDATA%\xlsync-python"
if exist "%HERE%python\python-3*-embed-amd64.zip" goto embedded
for %%V in (3.14 3.13 3.12 3.11) do (
  py -%%V -c "import sys; sys.exit(sys.maxsize < 2**32)" >nul 2>nul && (
    py -%%V "%HERE%install.py" %*
    goto end
  )
)
python "%HERE%install.py" %*
if not errorlevel 9000 goto end
echo Python 3.11 - 3.14 (64 bit) is needed.
goto end

:embedded
if exist "%WORK%" rmdir /s /q "%WORK%"
mkdir "%WORK%"
for %%Z in ("%HERE%python\python-3*-embed-amd64.zip") do tar -xf "%%Z" -C "%WORK%"
"%WORK%\python.exe" "%HERE%install.py" %*
set "CODE=%ERRORLEVEL%"
rmdir /s /q "%WORK%"
if not defined XLSYNC_QUIET pause
exit /b %CODE%

:end
set "CODE=%ERRORLEVEL%"
if not defined XLSYNC_QUIET pause
exit /b %CODE%
