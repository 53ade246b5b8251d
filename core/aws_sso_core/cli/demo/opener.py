"""Opens a page in the person's own browser, from a program that lives in the demo's throw-away home.

A browser finds its windows and bookmarks by the home folder, so it gets the person's own one back::

    python -m aws_sso_core.cli.demo.opener URL
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

from aws_sso_core import programs
from aws_sso_core.browser import SystemBrowser
from aws_sso_core.cli.demo.commands import command_text
from aws_sso_core.errors import BrowserUnavailable

_KEPT = "AWS_SSO_TRAY_DEMO_"
_NAMES = ("HOME", "USERPROFILE", "BROWSER")


def environment(env: Mapping[str, str]) -> dict[str, str]:
    """What makes our programs open pages this way, on top of the demo's environment.

    Args:
        env: the person's own environment.
    """
    command = command_text([*programs.module("aws_sso_core.cli.demo.opener"), "%s"])
    return {"BROWSER": command, **{f"{_KEPT}{name}": env[name] for name in _NAMES if name in env}}


def main() -> int:
    """0 when the page was opened."""
    env = {key: value for key, value in os.environ.items() if key not in _NAMES}
    own = {name: env.pop(_KEPT + name) for name in _NAMES if _KEPT + name in env}
    try:
        return 0 if SystemBrowser(None, {**env, **own}).open(sys.argv[1]) else 1
    except BrowserUnavailable as error:
        print(error.sentence, file=sys.stderr)  # noqa: T201 - a command of its own
        return 1


if __name__ == "__main__":
    sys.exit(main())
