"""The table of commands: ``aws-sso-tray --help`` and a misspelt name are answered from it alone.

To add a command: one row here and ``cli/<name>.py`` (``_`` for ``-``) with a click command called ``command``.
"""

from __future__ import annotations

PROGRAM = "aws-sso-tray"

COMMANDS: dict[str, dict[str, str]] = {
    "Setting up": {
        "configure": "Set up a profile from the address of your access portal.",
        "populate": "Write a profile for every account and role that you have.",
        "migrate": "Bring legacy profiles to the form that is renewed silently.",
        "bridge": "Let profiles inside WSL use the sign-in of Windows.",
    },
    "Signing in": {
        "login": "Sign in to a session, or keep the sign-in that is still good.",
        "logout": "Sign out: at AWS first, then here.",
        "status": "Show who is signed in until when, and the active profile.",
    },
    "Choosing a profile": {
        "profiles": "List the profiles, and search them.",
        "use": "Make a profile the default for every AWS tool.",
        "pick": "Search the profiles in a window, and use one.",
        "shell-init": "Let a shell complete, switch, and follow the chosen profile.",
        "why": "Show what each AWS tool takes for a profile, and why.",
    },
    "Working as a profile": {
        "whoami": "Ask AWS who you are.",
        "console": "Open AWS's console in the browser.",
        "exec": "Run one program with a profile's credentials.",
        "env": "Print the lines by which a shell works as a profile.",
        "serve": "Give credentials to programs by HTTP on 127.0.0.1.",
        "credentials": "Give credentials to an AWS tool, as its credential process.",
        "ecr": "Let Docker sign in to Amazon ECR by itself.",
    },
    "The tray": {
        "start": "Start the tray.",
        "stop": "Stop the tray.",
        "autostart": "Start the tray with your desktop, or no longer.",
    },
    "Settings and help": {
        "settings": "Show or change the settings.",
        "doctor": "Look for trouble, and say what to do about it.",
        "history": "List the kept versions of the files in ~/.aws.",
        "restore": "Put one of them back.",
        "demo": "See it all work on an Identity Center of its own, without AWS.",
    },
}
"""Heading -> command -> what it does, as ``--help`` shows them."""

HIDDEN = {
    "renew": "Renew the tokens that are due.",
    "complete": "Answer a shell that asks what a word can be completed to.",
    "news": "Tell which accounts and roles are new or gone.",
    "in-window": "Run one of our commands in a window that was opened for it.",
    "shell-profile": "Check a profile and tell whose it is.",
}
"""Commands that our own processes and shell scripts call."""

ELSEWHERE = {
    "sso": "login",
    "sts": "whoami",
    "get-caller-identity": "whoami",
    "assume": "use",
    "switch": "use",
    "list": "profiles",
    "ls": "profiles",
    "roles": "profiles",
    "run-as": "exec",
    "credential-process": "credentials",
    "check": "doctor",
    "config": "configure",
    "help": "--help",
    "version": "--version",
}
"""What AWS CLI, aws-sso-util and others call it, and we; for whoever types that here."""


class Terminated(BaseException):
    """The system asked this process to end. Not an ``Exception``: only the door may stop its way up."""
