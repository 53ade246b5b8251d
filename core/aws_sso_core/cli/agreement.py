"""Asking whether something shall really be done."""

from __future__ import annotations

import sys

import click

from aws_sso_core.cli.output import is_terminal
from aws_sso_core.cli.services import Services
from aws_sso_core.errors import AppError, UsageError


def is_attended(services: Services) -> bool:
    """Whether a person at a terminal can be asked."""
    return is_terminal(sys.stdin) and is_terminal(services.out.stderr)


def agree(services: Services, question: str, *, unasked: str, hint: str) -> None:
    """Go on only if a person at the terminal says yes.

    Args:
        services: whose streams are asked on.
        question: ends with a question mark.
        unasked: the sentence where there is nobody to ask; ``hint`` says what to do then.
        hint: see ``unasked``.

    Raises:
        UsageError: nobody can be asked.
        AppError: the answer is no.
    """
    if not is_attended(services):
        raise UsageError(unasked, hint)
    if not click.confirm(question, err=True):
        raise AppError("Nothing was changed.")
