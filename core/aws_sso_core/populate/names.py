"""Names that a person's own program or expressions give: asked for, and tried out, before anything is written."""

from __future__ import annotations

from collections.abc import Sequence

from aws_sso_core.model import Account
from aws_sso_core.naming import Candidate, Naming, process_arguments
from aws_sso_core.populate.proposal import Wanted

_PROCESSES = 8
"""Naming processes at a time."""


def check_process(command: str) -> None:
    """Run the naming process once with made-up values.

    Raises:
        UsageError: it does not work.
    """
    from aws_sso_core.populate.process import ask_process  # noqa: PLC0415 - few name by a program

    ask_process(command, process_arguments(Candidate(Account("bar", "foo"), "baz", "us-east-1"), safe=True))


def try_trims(found: Sequence[Candidate], naming: Naming) -> None:
    """See that the trim patterns can be used on these names at all.

    Raises:
        UsageError: one takes too long.
    """
    if not (naming.trim_account_name or naming.trim_role_name):
        return
    from aws_sso_core.pattern_trial import try_patterns  # noqa: PLC0415 - most names are not trimmed

    parts = [naming.untrimmed_parts(candidate) for candidate in found]
    try_patterns("--trim-account-name", naming.trim_account_name, (account for account, _ in parts))
    try_patterns("--trim-role-name", naming.trim_role_name, (role for _, role in parts))


def answers(found: Sequence[Candidate], wanted: Wanted) -> dict[Candidate, str] | None:
    """The names by the external process, if there is one.

    Raises:
        UsageError: it failed for one of them.
    """
    if wanted.process is None:
        return None
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - as above

    from aws_sso_core.populate.process import ask_process  # noqa: PLC0415 - as above

    command, safe = wanted.process, wanted.naming.safe
    with ThreadPoolExecutor(_PROCESSES) as pool:
        given = pool.map(lambda c: ask_process(command, process_arguments(c, safe=safe)), found)
        return dict(zip(found, given, strict=True))
