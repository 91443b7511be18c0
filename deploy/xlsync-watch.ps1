# Registers "xlsync watch" with the Windows Task Scheduler: at start-up, again after a failure, whoever is logged on.
# Run once in PowerShell as an administrator:
#   .\xlsync-watch.ps1 -City 'D:\評価2018' -Program 'C:\xlsync\.venv\Scripts\xlsync.exe' -User 'DOMAIN\xlsync'
# -Remove takes it away again. The account needs "log on as a batch job", and may write into the shared folder.
# This file begins with a byte order mark: without one Windows PowerShell takes its Japanese for another encoding.
[CmdletBinding(DefaultParameterSetName = 'Put')]
param(
    [Parameter(Mandatory, ParameterSetName = 'Put')] [string] $City,
    [Parameter(ParameterSetName = 'Put')] [string] $Program = 'C:\xlsync\.venv\Scripts\xlsync.exe',
    [Parameter(ParameterSetName = 'Put')] [string] $User = 'NT AUTHORITY\NETWORK SERVICE',
    [Parameter(Mandatory, ParameterSetName = 'Remove')] [switch] $Remove
)
$ErrorActionPreference = 'Stop'
$name = 'xlsync watch'
if ($Remove) {
    Stop-ScheduledTask -TaskName $name -ErrorAction SilentlyContinue
    Unregister-ScheduledTask -TaskName $name -Confirm:$false
    return
}
if (-not (Test-Path (Join-Path $City 'xlsync.toml'))) { throw "xlsync.toml がありません: $City" }
if (-not (Test-Path $Program)) { throw "xlsync.exe がありません: $Program" }

$action = New-ScheduledTaskAction -Execute $Program -Argument 'watch' -WorkingDirectory $City
$trigger = New-ScheduledTaskTrigger -AtStartup
$trigger.Delay = 'PT1M'   # the network first
$settings = New-ScheduledTaskSettingsSet `
    -ExecutionTimeLimit ([TimeSpan]::Zero) `
    -RestartCount 999 -RestartInterval (New-TimeSpan -Minutes 1) `
    -MultipleInstances IgnoreNew -StartWhenAvailable `
    -AllowStartIfOnBatteries -DontStopIfGoingOnBatteries
$builtIn = $User -like 'NT AUTHORITY\*'
if ($builtIn) {
    $principal = New-ScheduledTaskPrincipal -UserId $User -LogonType ServiceAccount
    Register-ScheduledTask -TaskName $name -Action $action -Trigger $trigger -Settings $settings -Principal $principal -Force
} else {
    $secret = Get-Credential -UserName $User -Message 'xlsync watch を動かすアカウント'
    Register-ScheduledTask -TaskName $name -Action $action -Trigger $trigger -Settings $settings -Force `
        -User $User -Password $secret.GetNetworkCredential().Password
}
Start-ScheduledTask -TaskName $name
Get-ScheduledTaskInfo -TaskName $name
