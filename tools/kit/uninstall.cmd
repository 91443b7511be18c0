@echo off
rem Removes what install.cmd has put there; the folders of a city are not touched.
call "%~dp0install.cmd" --uninstall %*
