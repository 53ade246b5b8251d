"""The door of the command line: a kept answer at once, else signals, then the command.

Frozen it is also the credential helper's, so what is imported here is counted in milliseconds: not even ``typing``.
"""

from __future__ import annotations

import os
import sys

from aws_sso_core import warm

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import NoReturn

_GARBAGE_AFTER = 10_000
"""Objects. Every 700, as is usual, means that loading boto3 is interrupted hundreds of times, and nothing is found."""


def main() -> NoReturn:
    """Run the command line of this process and end it with the command's exit code."""
    if sys.argv[1:2] == ["credentials"] and sys.stdout:
        # Else the helper, which holds its turn until we end, has asked before it started us.
        text = (
            warm.answer_in_turn(sys.argv[2:])
            if getattr(sys, "frozen", False)
            else warm.answer(sys.argv[2:], os.environ)
        )
        if text:
            warm.tell(text)
    import signal  # noqa: PLC0415 - see above

    if sys.argv[1:] == ["profiles", "--names"] and sys.stdout:
        from aws_sso_core.cli import early_names  # noqa: PLC0415 - for this one command

        if (text := early_names.answer(os.environ)) is not None:
            if hasattr(sys.stdout, "reconfigure"):
                sys.stdout.reconfigure(encoding="utf-8", newline="\n")
            warm.tell(text)
    if sys.argv[1:] == ["start"]:
        from aws_sso_core.cli import early_start  # noqa: PLC0415 - for this one command

        early_start.begin(os.environ)
    if sys.argv[1:2] == ["pick"] and set(sys.argv[2:]) <= {"--json"}:
        from aws_sso_core.cli import early_pick  # noqa: PLC0415 - for this one command

        early_pick.begin()
    for name in ("SIGTERM", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _terminate)
    import gc  # noqa: PLC0415 - see above

    gc.set_threshold(_GARBAGE_AFTER)
    from aws_sso_core.wording import as_people_here_write  # noqa: PLC0415 - see above

    as_people_here_write()
    from aws_sso_core.cli.run import run  # noqa: PLC0415 - click comes with it

    code = run(sys.argv[1:], env=os.environ)
    gc.freeze()  # at its end the interpreter would look through all of boto3 for garbage
    sys.exit(code)


def _terminate(number: int, _frame: FrameType | None) -> None:
    import signal  # noqa: PLC0415 - see above

    from aws_sso_core.cli.table import Terminated  # noqa: PLC0415 - see above

    signal.signal(number, signal.SIG_IGN)  # locks are being given back now; a second signal must not disturb that
    raise Terminated
