"""sso: the service behind the access portal (IAM Identity Center portal API reference)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from aws_sso_core.aws.client import Service
from aws_sso_core.aws.reply import Reply
from aws_sso_core.errors import Forbidden
from aws_sso_core.model import Account, Role, RoleCredentials, Secret

if TYPE_CHECKING:
    from types_boto3_sso import SSOClient

PAGE = 100
"""The most that ``max_result`` may be; more is refused since 2026 (aws-sso-cli#1342)."""


class PortalClient:
    """What a signed-in person may use."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._client: SSOClient = service.client

    def accounts(self, access_token: Secret) -> tuple[Account, ...]:
        """ListAccounts, all pages.

        Raises:
            SignInNeeded: the token is no longer accepted (401).
            Offline, ServiceFailed (Throttled, BadReply): the list is unknown, never empty.
        """
        try:
            items = list(self._pages(self._client.list_accounts, "accountList", accessToken=access_token.reveal()))
        except Forbidden as error:
            error.sentence = "AWS does not show you any accounts there."
            raise
        return tuple(_account(item) for item in items)

    def roles(self, access_token: Secret, account_id: str) -> tuple[Role, ...]:
        """ListAccountRoles, all pages; errors as ``accounts``, and Forbidden for an account that is not assigned."""
        pages = self._pages(
            self._client.list_account_roles, "roleList", accessToken=access_token.reveal(), accountId=account_id
        )
        return tuple(Role(account_id=account_id, name=item.text("roleName")) for item in pages)

    def role_credentials(self, access_token: Secret, account_id: str, role_name: str) -> RoleCredentials:
        """GetRoleCredentials; errors as ``roles``."""
        answer = self._service.ask(
            self._client.get_role_credentials,
            again=True,
            accessToken=access_token.reveal(),
            accountId=account_id,
            roleName=role_name,
        )
        credentials = answer.part("roleCredentials")
        return RoleCredentials(
            access_key_id=credentials.text("accessKeyId"),
            secret_access_key=Secret(credentials.text("secretAccessKey")),
            session_token=Secret(credentials.text("sessionToken")),
            expires_at=credentials.time("expiration", per_second=1000),
            account_id=account_id,
        )

    def logout(self, access_token: Secret) -> None:
        """Logout: ends the whole server-side sign-in session, and with it all its tokens, not only ours.

        Raises:
            SignInNeeded: it is over already (401).
            Offline, ServiceFailed: nobody knows.
        """
        self._service.ask(self._client.logout, again=True, accessToken=access_token.reveal())

    def _pages(self, operation: Callable[..., Any], key: str, **request: Any) -> Iterator[Reply]:
        token: str | None = None
        seen: set[str] = set()
        while True:
            asked = {**request, "maxResults": PAGE, **({"nextToken": token} if token else {})}
            reply = self._service.ask(operation, again=True, listing=key, **asked)
            yield from reply.parts(key)
            token = reply.some_text("nextToken")
            if token is None:
                return
            if token in seen:
                raise reply.without("a new nextToken")  # AWS goes round in circles
            seen.add(token)


def _account(item: Reply) -> Account:
    number, name = item.text("accountId"), item.some_text("accountName")
    name = None if name == number or not (name or "").strip() else name
    return Account(id=number, name=name, email=item.some_text("emailAddress"))
