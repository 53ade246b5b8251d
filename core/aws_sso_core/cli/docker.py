"""``docker-credential-aws-sso-tray``: the program that Docker asks for a registry's password.

A kept password is printed with next to nothing loaded (``warm``); everything else is ``docker_protocol``.
"""

from __future__ import annotations

import os
import sys

from aws_sso_core.registries import warm

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

_ESCAPED = frozenset('"\\')


def main() -> NoReturn:
    """Answer Docker on standard output, and end with its exit code."""
    arguments = sys.argv[1:]
    given = _given() if arguments in (["get"], ["store"], ["erase"]) else ""
    answer = _kept(given) if arguments == ["get"] else None
    if answer is not None:
        _say(answer)
        os._exit(0)  # nothing is left to tidy up, and the interpreter's own way out takes a tenth of its life
    from aws_sso_core.cli.docker_protocol import run  # noqa: PLC0415 - click and all the rest come with it

    code, answer = run(arguments, given, env=os.environ)
    _say(answer)
    sys.exit(code)


def _kept(address: str) -> str | None:
    """The answer with a kept password, as JSON that needs no escapes; None sends the long way."""
    url, password = address.strip(), warm.password(address, os.environ)
    if password is None or not url.isascii() or not url.isprintable() or _ESCAPED.intersection(url + password):
        return None
    return f'{{"ServerURL":"{url}","Username":"{warm.USER}","Secret":"{password}"}}\n'


def _given() -> str:
    """All of standard input: UTF-8 whatever the console's code page."""
    return "" if sys.stdin is None else sys.stdin.buffer.read().decode("utf-8", "replace")


def _say(answer: str) -> None:
    if sys.stdout is not None:
        sys.stdout.buffer.write(answer.encode())
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
