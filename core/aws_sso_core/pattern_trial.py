"""A person's regular expressions tried out in a process of their own, which can be ended.

Some expressions take longer than anybody lives for some texts, and Python's engine cannot be stopped from within. So
those that repeat something are first used there, on the very texts they are for; what ends there in time ends here, too.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Sequence

from aws_sso_core import programs
from aws_sso_core.errors import UsageError

SECONDS = 10.0
"""Far more than thousands of names take, and than a slow machine needs to start a process."""
_repeats = re.compile(r"[*+{]|(?<!\()\?").search
"""What makes an expression slow; without it the time is that of looking at each character once, nearly."""


def try_patterns(option: str, patterns: Sequence[re.Pattern[str]], texts: Iterable[str]) -> None:
    """Remove the patterns' matches from the texts, one pattern after the other, and forget the result.

    Args:
        option: names them in the error.
        patterns: expressions without flags.
        texts: each is used on its own.

    Raises:
        UsageError: a pattern takes longer.
    """
    if not any(_repeats(pattern.pattern) for pattern in patterns):
        return
    question = json.dumps([[pattern.pattern for pattern in patterns], sorted(set(texts))])
    command = programs.module("aws_sso_core.pattern_trial")
    try:
        subprocess.run(command, input=question.encode(), stdout=subprocess.PIPE, check=True, timeout=SECONDS)
    except subprocess.TimeoutExpired as error:
        at = len((error.stdout or b"").split()) - 1
        slow = f"{patterns[at].pattern!r} takes" if at >= 0 else "these take"
        raise UsageError(
            f"{option}: {slow} too long for the names there are.",
            "Nested repetitions such as (a+)+ do that; write it without.",
        ) from error


def main() -> None:
    """The child: says a word before each pattern, so that the slow one is known."""
    patterns, texts = json.loads(sys.stdin.buffer.read())
    for number, pattern in enumerate(patterns):
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
        texts = {re.sub(pattern, "", text) for text in texts}


if __name__ == "__main__":
    main()
