"""sts: who credentials belong to (AWS STS API reference, GetCallerIdentity)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from aws_sso_core.aws.client import Service

if TYPE_CHECKING:
    from types_boto3_sts import STSClient


@dataclass(frozen=True, slots=True)
class Caller:
    """Who AWS says that somebody is."""

    arn: str
    account_id: str
    user_id: str


class Sts:
    """The service that knows every caller; it needs no permission."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._client: STSClient = service.client

    def caller(self) -> Caller:
        """GetCallerIdentity.

        Raises:
            ServiceFailed: AWS does not take these credentials, or answers with an error.
            Offline: nobody knows.
        """
        answer = self._service.ask(self._client.get_caller_identity, again=True)
        return Caller(arn=answer.text("Arn"), account_id=answer.text("Account"), user_id=answer.text("UserId"))
