"""``shell-init``: completion, switching in one shell, and following the chosen profile, for four shells."""

from __future__ import annotations

import click

from aws_sso_core import programs
from aws_sso_core.cli.group import cli_command
from aws_sso_core.cli.services import Services
from aws_sso_core.cli.shells import SHELLS, script
from aws_sso_core.switching import choice


@cli_command()
@click.argument("shell", metavar="SHELL", type=click.Choice(SHELLS))
def command(services: Services, *, shell: str) -> None:
    """Print what makes SHELL complete our commands, switch profiles, and follow the chosen one.

    \b
    Add one line to your shell's start-up file, after what else changes the prompt:
      bash        ~/.bashrc                    eval "$(aws-sso-tray shell-init bash)"
      zsh         ~/.zshrc                     eval "$(aws-sso-tray shell-init zsh)"
      fish        ~/.config/fish/config.fish   aws-sso-tray shell-init fish | source
      PowerShell  the file of $PROFILE         Invoke-Expression (& aws-sso-tray shell-init powershell | Out-String)

    \b
    Switching in one shell, with Tab for the names:
      awsp NAME       Set-AWSProfile NAME      set AWS_PROFILE here, and tell account and role
      awsp            Set-AWSProfile           show the profile of this shell
      awsp -          Set-AWSProfile -         go back to the one before
      awsp --clear    Set-AWSProfile -Clear    follow the chosen profile again

    Following: before each prompt the shell looks at the profile that was chosen in the tray or by `use`; no program is
    started for that. The [default] profile needs no more, as AWS tools read it at each call. When the setting `switch` has
    environment or shells, the open shells set AWS_PROFILE, and say so when it changes. An AWS_PROFILE that you set
    yourself, by hand or by awsp, is left alone: only one that is unset, or is the same as AWS_SSO_TRAY_FOLLOWS (what we
    set), follows. A shell that is a profile by `env` or `exec` follows nothing until the next `awsp`.

    \b
    For your prompt: the variable AWS_SSO_TRAY_PROFILE ($AwsSsoTrayProfile in PowerShell) has the profile of the shell.
      bash        PS1='[$AWS_SSO_TRAY_PROFILE] \\w\\$ '
      zsh         setopt prompt_subst; PROMPT='[$AWS_SSO_TRAY_PROFILE] %~ %# '

    \b
    Examples:
      aws-sso-tray shell-init bash
      aws-sso-tray shell-init powershell | Out-String | Invoke-Expression
    """
    services.out.script(script(shell, program=programs.command_line(), file=services.paths.state_dir / choice.FILE))
