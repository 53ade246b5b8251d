"""Who AWS says that a profile, or the keys of an environment, really is."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_sso_core.errors import AppError
from aws_sso_core.model import Account, Session
from aws_sso_core.token_cache import TokenCache

if TYPE_CHECKING:
    from aws_sso_core.aws import Caller, PortalClient, Sts

_ROLE_OF_A_PERMISSION_SET = re.compile(r"AWSReservedSSO_(.+)_[0-9a-f]{16}")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Identity:
    """One caller."""

    arn: str
    account_id: str
    user_id: str
    role_name: str | None
    """The permission set for a role of IAM Identity Center, else the role; None for a user."""
    person: str | None
    """The role session's name, which Identity Center makes the user's; None for a user."""


def ask(sts: Sts) -> Identity:
    """Ask AWS.

    Raises:
        Offline, ServiceFailed: as ``Sts.caller``.
    """
    return identity(sts.caller())


def identity(caller: Caller) -> Identity:
    """What an answer says: ``arn:PARTITION:sts::ACCOUNT:assumed-role/ROLE/SESSION``, or a user's ARN."""
    kind, _, rest = caller.arn.rpartition(":")[2].partition("/")
    role, _, person = rest.partition("/")
    if kind != "assumed-role":
        return Identity(caller.arn, caller.account_id, caller.user_id, None, None)
    permission_set = _ROLE_OF_A_PERMISSION_SET.fullmatch(role)
    name = permission_set[1] if permission_set else role
    return Identity(caller.arn, caller.account_id, caller.user_id, name, person or None)


def account_name(
    account_id: str, session: Session, *, tokens: TokenCache, portal: Callable[[], PortalClient]
) -> str | None:
    """The account's name as the portal tells it; None when it does not, which is no failure.

    Args:
        account_id: of a person's own accounts.
        session: whose portal.
        tokens: where its token lies.
        portal: gives the service; called only when there is a token.
    """
    try:
        token = tokens.read(session)
        accounts: tuple[Account, ...] = portal().accounts(token.access_token) if token else ()
    except AppError as error:
        _log.info("The account's name is not known: %s", error.sentence)
        return None
    return next((account.name for account in accounts if account.id == account_id), None)
