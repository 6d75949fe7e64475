@echo off
rem Runs the launcher beside this file with the Python that is there.
where py >nul 2>nul
if %errorlevel% equ 0 (
    py -3 "%~dp0studiolo" %*
) else (
    python "%~dp0studiolo" %*
)
exit /b %errorlevel%
