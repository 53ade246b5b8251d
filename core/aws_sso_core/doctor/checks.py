"""All checks, in the order in which a person looks for trouble: first ourselves, last the desktop."""

from __future__ import annotations

from aws_sso_core.doctor import desktop, environment, files, network, sign_ins, tools, values
from aws_sso_core.doctor.checkup import Check

CHECKS: tuple[Check, ...] = (
    *tools.CHECKS,
    *files.CHECKS,
    *values.CHECKS,
    *environment.CHECKS,
    *sign_ins.CHECKS,
    *network.CHECKS,
    *desktop.CHECKS,
)
"""To add one: a function that yields findings, a row in its module's ``CHECKS``, a test that breaks exactly that."""
