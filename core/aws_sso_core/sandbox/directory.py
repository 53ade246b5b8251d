"""Who may use which account in which role."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from aws_sso_core.model import Account


@dataclass(frozen=True, slots=True)
class Assignment:
    """An account and the permission sets that the person has there."""

    account: Account
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Directory:
    """One person and what is assigned to them."""

    assignments: tuple[Assignment, ...]
    user_name: str = "sam.rivera@example.com"
    """The session name of the role, so the last part of the ARN that STS answers."""
    display_name: str = "Sam Rivera"
    organization: str = "Example Corp"

    @property
    def accounts(self) -> tuple[Account, ...]:
        """The assigned accounts."""
        return tuple(a.account for a in self.assignments)

    def roles(self, account_id: str) -> tuple[str, ...] | None:
        """The roles in an account, or None when the account is not assigned."""
        return next((a.roles for a in self.assignments if a.account.id == account_id), None)

    @classmethod
    def of(cls, *assignments: tuple[str, str | None, Sequence[str]]) -> Directory:
        """A directory from (account id, name, role names)."""
        return cls(tuple(Assignment(_account(number, name), tuple(roles)) for number, name, roles in assignments))

    @classmethod
    def large(cls, accounts: int, roles_each: int) -> Directory:
        """Many accounts with as many roles each; the same ones every time."""
        roles = [_ROLES[i] if i < len(_ROLES) else f"Team{i:03d}Access" for i in range(roles_each)]
        return cls.of(*((_number(i), _large_name(i), roles) for i in range(accounts)))


_ROLES = (
    "AdministratorAccess",
    "AWSReadOnlyAccess",
    "AWSPowerUserAccess",
    "Billing",
    "DatabaseAdministrator",
    "NetworkAdministrator",
    "SecurityAudit",
    "SupportUser",
    "SystemAdministrator",
    "ViewOnlyAccess",
)
_TEAMS = ("Payments", "Orders", "Search", "Identity", "Data Platform", "Mobile", "Logistics", "Risk", "Web", "Ledger")
_STAGES = ("Dev", "Test", "Staging", "Prod [EU]", "Prod [US]", "Sandbox")


def _account(number: str, name: str | None) -> Account:
    return Account(number, name, f"aws+{number}@example.com" if name else None)


def _number(i: int) -> str:
    """Twelve digits that look like an account id, different for each i; about one in ten begins with a zero."""
    digest = int.from_bytes(hashlib.sha256(b"account").digest()[:5], "big")
    return f"{(i * 618_033_988_749 + digest) % 10**12:012d}"


def _large_name(i: int) -> str:
    team, stage = _TEAMS[i // len(_STAGES) % len(_TEAMS)], _STAGES[i % len(_STAGES)]
    block = i // (len(_STAGES) * len(_TEAMS))
    return f"{team} {stage}" if block == 0 else f"{team} {block + 1} {stage}"


SAMPLE = Directory.of(
    ("111122223333", "Dev Account", ("AdministratorAccess", "AWSPowerUserAccess", "AWSReadOnlyAccess")),
    ("222233334444", "Staging", ("AWSPowerUserAccess", "AWSReadOnlyAccess")),
    ("333344445555", "Prod [EU]", ("AdministratorAccess", "AWSReadOnlyAccess", "DatabaseAdministrator")),
    ("444455556666", "Prod [US]", ("AWSReadOnlyAccess", "DatabaseAdministrator")),
    ("012345678901", "Data Platform (Analytics)", ("AWSPowerUserAccess", "DataScientist")),
    ("000123456789", "Log Archive", ("SecurityAudit",)),
    ("555566667777", "Shared Services", ("NetworkAdministrator", "ViewOnlyAccess")),
    ("098765432109", None, ("AWSReadOnlyAccess",)),
)
"""A believable small organization: blanks, brackets, an account without a name, ids with leading zeros."""
