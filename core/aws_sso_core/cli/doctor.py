"""``doctor``: what is in order here, what is not, and what to do about it."""

from __future__ import annotations

import getpass
import sys
import textwrap
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict
from typing import Any

import click

from aws_sso_core import known_failures
from aws_sso_core.cli.group import cli_command, json_option
from aws_sso_core.cli.output import is_terminal
from aws_sso_core.cli.services import Services
from aws_sso_core.doctor.checks import CHECKS
from aws_sso_core.doctor.checkup import Result, Verdict, checkup
from aws_sso_core.doctor.report import redactor
from aws_sso_core.errors import AppError
from aws_sso_core.files import write_atomic

_WORDS = {
    Verdict.OK: ("ok", "green"),
    Verdict.WARNING: ("warning", "yellow"),
    Verdict.PROBLEM: ("PROBLEM", "red"),
    Verdict.SKIPPED: ("skipped", "dim"),
}
_WIDTH = max(len(word) for word, _ in _WORDS.values())
_INDENT = " " * (_WIDTH + 4)

Redact = Callable[[str], str]


@cli_command()
@json_option
@click.option("--fix", is_flag=True, help="Do what can be done safely, such as closing a file to others.")
@click.option("--offline", is_flag=True, help="Ask nothing of AWS.")
@click.option(
    "--full", is_flag=True, help="Leave account numbers, portals and your user name as they are: not for strangers."
)
@click.option("--open", "show", is_flag=True, help="Open the report in your editor, to be copied into a ticket.")
@click.option(
    "--explain", metavar="TEXT", help="Say what an AWS tool means by this message; - reads it from the input."
)
def command(
    services: Services,
    *,
    as_json: bool,
    fix: bool,
    offline: bool,
    full: bool,
    show: bool,
    explain: str | None,
) -> None:
    """Look for trouble, from the AWS CLI to the tray icon, and say what to do about it.

    The report can be shown to strangers: it holds no secret, and without --full no account number, no portal address and
    no user name. The names of your profiles and sessions stay in it. The exit code is 1 when there is a problem;
    warnings and what could not be told leave it at 0.

    \b
    Examples:
      aws-sso-tray doctor
      aws-sso-tray doctor --fix
      aws-sso-tray doctor --explain "Unable to locate credentials"
      aws-sso-tray doctor --offline --json | jq '.checks[] | select(.verdict == "problem")'
    """
    if explain is not None:
        _explain(explain, services, as_json=as_json)
        return
    services.judges_settings = False  # a check does
    redact = _as_it_is if full else _redactor(services)
    found = _told(services, redact, network=not offline, silent=as_json or show)
    if show:
        _show(found, redact, services)
    fixed = [result for result in found if fix and _fixed(result, services, redact, silent=as_json)]
    problems = [r for r in found if r.finding.verdict is Verdict.PROBLEM and r not in fixed]
    if as_json:
        services.out.json({"checks": [_data(result, redact, fixed=result in fixed) for result in found]})
    else:
        services.out.answer()
        services.out.answer(_sum(found, fixed))
        if is_terminal(services.out.stdout):  # where they have scrolled away
            for result in problems:
                services.out.answer(next(_lines(result, redact, services)))
    if problems:
        raise click.exceptions.Exit(1)


def _explain(text: str, services: Services, *, as_json: bool) -> None:
    found = known_failures.explain(sys.stdin.read() if text == "-" else text)
    if as_json:
        services.out.json({"failures": [{**asdict(f), "messages": list(f.messages)} for f in found]})
    elif not found:
        raise AppError(
            "This message is not among those we know.", "`aws-sso-tray doctor` looks for trouble on its own."
        )
    else:
        best = found[0]
        services.out.answer("\n".join((best.means, f"  {best.because}", *(f"  - {step}" for step in best.then))))


def _show(found: Sequence[Result], redact: Redact, services: Services) -> None:
    """Write the report beside the log, and open it.

    Raises:
        AppError: nothing here opens it.
        StoreFailed: it cannot be written.
    """
    path = services.paths.log_dir / "report.txt"
    words = {verdict: word for verdict, (word, _) in _WORDS.items()}
    lines: list[str] = []
    for check, finding in ((result.check, result.finding) for result in found):
        lines.append(f"{check.area}: {words[finding.verdict]}: {redact(finding.sentence)}")
        lines += (f"    {redact(line)}" for line in finding.evidence)
    write_atomic(path, "\n".join([*lines, ""]).encode())
    if not services.open_file(path):
        raise AppError("Nothing here opens text files.", f"The report is in {path}.")


def _told(services: Services, redact: Redact, *, network: bool, silent: bool) -> list[Result]:
    """Every finding, printed as it is made: what asks AWS may take its time."""
    found: list[Result] = []
    for result in checkup(CHECKS, services, network=network):
        if not silent:
            if not found or found[-1].check.area != result.check.area:
                services.out.answer(f"{'' if not found else chr(10)}{_bold(result.check.area, services)}")
            services.out.answer("\n".join(_lines(result, redact, services)))
        found.append(result)
    return found


def _lines(result: Result, redact: Redact, services: Services) -> Iterator[str]:
    finding = result.finding
    word, colour = _WORDS[finding.verdict]
    first, *rest = (_wrapped(redact(text), services) for text in (finding.sentence, *finding.evidence, finding.advice))
    yield f"  {services.out.painted(word.ljust(_WIDTH), colour)}  {first}"
    yield from (f"{_INDENT}{text}" for text in rest if text)


def _wrapped(text: str, services: Services) -> str:
    """The text over as many lines as the terminal needs; no word is cut, as it may be a command."""
    lines = textwrap.wrap(text, services.out.columns - len(_INDENT), break_long_words=False, break_on_hyphens=False)
    return f"\n{_INDENT}".join(lines)


def _bold(text: str, services: Services) -> str:
    return services.out.painted(text, "bold")


def _fixed(result: Result, services: Services, redact: Redact, *, silent: bool) -> bool:
    fix = result.finding.fix
    if fix is None:
        return False
    try:
        fix.do()
    except AppError as error:
        services.out.problem(error)
        return False
    if not silent:
        services.out.say(f"Done: {redact(result.finding.sentence)} {fix.label}.")
    return True


def _sum(found: Sequence[Result], fixed: Sequence[Result]) -> str:
    left = Counter(r.finding.verdict for r in found if r not in fixed)
    problems, warnings = left[Verdict.PROBLEM], left[Verdict.WARNING]
    fixable = sum(r.finding.fix is not None for r in found if r not in fixed)
    told = f"{_many(problems, 'problem').capitalize()}, {_many(warnings, 'warning')}, {left[Verdict.OK]} in order."
    return f"{told} `aws-sso-tray doctor --fix` can mend {fixable}." if fixable else told


def _many(count: int, what: str) -> str:
    return f"{count or 'no'} {what}{'' if count == 1 else 's'}"


def _data(result: Result, redact: Redact, *, fixed: bool) -> dict[str, Any]:
    finding = result.finding
    return {
        "id": result.check.id,
        "area": result.check.area,
        "verdict": finding.verdict.value,
        "message": redact(finding.sentence),
        "advice": redact(finding.advice) or None,
        "evidence": [redact(line) for line in finding.evidence],
        "fixable": finding.fix is not None,
        "fixed": fixed,
    }


def _redactor(services: Services) -> Redact:
    user = ""
    with suppress(OSError, KeyError, ImportError):
        user = getpass.getuser()
    return redactor(home=str(services.paths.aws_dir.parent), user=user)


def _as_it_is(line: str) -> str:
    return line
