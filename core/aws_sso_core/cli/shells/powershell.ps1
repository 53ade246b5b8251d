# aws-sso-tray in PowerShell 5.1 and 7. Add this to the file that $PROFILE names, after what else changes the prompt:
#   Invoke-Expression (& aws-sso-tray shell-init powershell | Out-String)

$global:AwsSsoTray = @{
    Program   = @PROGRAM@
    Arguments = @(@ARGUMENTS@)
    File      = @FILE@
    Stamp     = $null
    Name      = ''
    Ways      = ''
    Before    = $null
}

function global:Invoke-AwsSsoTray {
    param([string[]] $Words)
    $program = $global:AwsSsoTray.Program
    $arguments = @($global:AwsSsoTray.Arguments) + $Words
    & $program $arguments
}

# Before each prompt: no process is started here.
function global:Update-AwsSsoTrayProfile {
    $tray = $global:AwsSsoTray
    if ($env:AWS_SSO_TRAY_AS) {
        # By `env`, `exec` or `serve`: it has credentials of its own.
        $global:AwsSsoTrayProfile = if ($env:AWS_PROFILE) { $env:AWS_PROFILE } else { $env:AWS_SSO_TRAY_AS }
        return
    }
    $stamp = [System.IO.File]::GetLastWriteTimeUtc($tray.File)
    if ($stamp -ne $tray.Stamp) {
        try {
            $lines = @()
            if ([System.IO.File]::Exists($tray.File)) {
                $lines = @([System.IO.File]::ReadAllLines($tray.File))
            }
            $tray.Name = if ($lines.Count -gt 0) { $lines[0] } else { '' }
            $tray.Ways = if ($lines.Count -gt 1) { $lines[1] } else { '' }
            $tray.Stamp = $stamp
        }
        catch {
            # It is being replaced this very moment; the next prompt reads it.
            Write-Verbose $_.Exception.Message
        }
    }
    $ours = Test-AwsSsoTrayFollows
    if ($ours) {
        if ($tray.Name -and $tray.Ways -match 'environment|shells') {
            if ($env:AWS_PROFILE -cne $tray.Name) {
                $env:AWS_PROFILE = $tray.Name
                $env:AWS_SSO_TRAY_FOLLOWS = $tray.Name
            }
        }
        elseif ($env:AWS_PROFILE) {
            $env:AWS_PROFILE = $null
            $env:AWS_SSO_TRAY_FOLLOWS = $null
        }
    }
    $now = if ($env:AWS_PROFILE) { $env:AWS_PROFILE } else { $tray.Name }
    if ($ours -and $tray.ContainsKey('Now') -and $tray.Now -cne $now) {
        $said = if ($now) { $now } else { 'no chosen profile' }
        Write-Host "aws-sso-tray: $said is the profile of this shell now."
    }
    $tray.Now = $now
    $global:AwsSsoTrayProfile = $now
}

function global:Test-AwsSsoTrayFollows {
    (-not $env:AWS_PROFILE) -or ($env:AWS_PROFILE -ceq $env:AWS_SSO_TRAY_FOLLOWS)
}

function global:Show-AwsSsoTrayProfile {
    Update-AwsSsoTrayProfile
    if (-not $global:AwsSsoTrayProfile) {
        Write-Host 'No profile is chosen: `Set-AWSProfile NAME` sets one in this shell, `aws-sso-tray use NAME` everywhere.'
        return
    }
    Write-Host $global:AwsSsoTrayProfile -ForegroundColor Green
    if ($env:AWS_SSO_TRAY_AS) {
        Write-Host 'This shell has credentials of its own; `Set-AWSProfile -Clear` takes them away.'
    }
    elseif (Test-AwsSsoTrayFollows) {
        Write-Host 'This shell follows the chosen profile.'
    }
    else {
        Write-Host 'Set in this shell; `Set-AWSProfile -Clear` follows the chosen profile again.'
    }
}

function global:Set-AWSProfile {
    <#
    .SYNOPSIS
    Sets the AWS profile of this shell: Set-AWSProfile NAME. Without NAME it shows the profile.
    .PARAMETER Name
    The profile; "-" is the one before.
    .PARAMETER Clear
    Follow the chosen profile again.
    #>
    [CmdletBinding()]
    param(
        [Parameter(Position = 0)]
        [string] $Name,
        [switch] $Clear
    )
    $tray = $global:AwsSsoTray
    if (-not $Name -and -not $Clear) {
        Show-AwsSsoTrayProfile
        return
    }
    if ($Name -eq '-') {
        if ($null -eq $tray.Before) {
            Write-Host 'There was no other profile in this shell before.'
            return
        }
        $Name = $tray.Before
    }
    if ($env:AWS_SSO_TRAY_AS) {
        Invoke-AwsSsoTray @('env', '--clear', '--shell', 'powershell') | Out-String | Invoke-Expression
    }
    $identity = ''
    if ($Clear) {
        $Name = ''
    }
    if ($Name) {
        $told = Invoke-AwsSsoTray @('shell-profile', '--json', '--', $Name) | Out-String
        if ($LASTEXITCODE -ne 0) {
            return
        }
        $found = $told | ConvertFrom-Json
        $Name = $found.name
        $identity = $found.identity
    }
    $tray.Before = if (Test-AwsSsoTrayFollows) { '' } else { $env:AWS_PROFILE }
    $env:AWS_SSO_TRAY_FOLLOWS = $null
    $tray.Remove('Now')
    if (-not $Name) {
        $env:AWS_PROFILE = $null
        Show-AwsSsoTrayProfile
        return
    }
    $env:AWS_PROFILE = $Name
    Update-AwsSsoTrayProfile
    Write-Host $Name -ForegroundColor Green
    if ($identity) {
        Write-Host $identity
    }
}

function global:Complete-AwsSsoTray {
    param([string[]] $Words)
    $env:AWS_SSO_TRAY_COMPLETE = $Words -join [string][char]0x1f
    try {
        $answers = Invoke-AwsSsoTray @('complete', 'powershell') | Out-String | ConvertFrom-Json
    }
    finally {
        $env:AWS_SSO_TRAY_COMPLETE = $null
    }
    foreach ($answer in $answers) {
        [System.Management.Automation.CompletionResult]::new($answer.text, $answer.value, 'ParameterValue', $answer.help)
    }
}

Register-ArgumentCompleter -Native -CommandName 'aws-sso-tray' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @(
        foreach ($element in $commandAst.CommandElements) {
            if ($element.Extent.EndOffset -lt $cursorPosition) {
                if ($element -is [System.Management.Automation.Language.StringConstantExpressionAst]) {
                    $element.Value
                }
                else {
                    $element.ToString()
                }
            }
        }
    )
    Complete-AwsSsoTray -Words ($words + @("$wordToComplete".Trim('"', "'")))
}

Register-ArgumentCompleter -CommandName 'Set-AWSProfile' -ParameterName 'Name' -ScriptBlock {
    param($commandName, $parameterName, $wordToComplete, $commandAst, $fakeBoundParameters)
    Complete-AwsSsoTray -Words @('awsp', "$wordToComplete".Trim('"', "'"))
}

if ("$function:prompt" -notmatch 'Update-AwsSsoTrayProfile') {
    $global:AwsSsoTrayPrompt = $function:prompt
    function global:prompt {
        $succeeded = $?
        Update-AwsSsoTrayProfile
        # What the prompt before ours sees as $? is the outcome of the person's command.
        if (-not $succeeded) {
            Write-Error '' -ErrorAction Ignore
        }
        & $global:AwsSsoTrayPrompt
    }
}
