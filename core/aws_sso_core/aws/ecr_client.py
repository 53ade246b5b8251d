"""ecr and ecr-public: the password that lets Docker into a registry (API references, GetAuthorizationToken)."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from aws_sso_core.aws.client import Service
from aws_sso_core.aws.reply import Reply
from aws_sso_core.errors import Forbidden, ServiceFailed
from aws_sso_core.model import Secret

if TYPE_CHECKING:
    from types_boto3_ecr import ECRClient

_NOT_ALLOWED = "AccessDeniedException"
_DATA = "authorizationData"
"""A list of one in private ECR, that one itself in public ECR."""


@dataclass(frozen=True, slots=True)
class Authorization:
    """A password for user ``AWS``."""

    password: Secret
    expires_at: datetime


class Ecr:
    """The service that gives out a registry's tokens."""

    def __init__(self, service: Service, *, public: bool) -> None:
        self._service = service
        self._public = public
        self._client: ECRClient | Any = service.client

    @property
    def url(self) -> str:
        """Where requests go."""
        return self._service.where.url

    def authorization(self) -> Authorization:
        """GetAuthorizationToken; good for every registry of this region that the role may use.

        Raises:
            Forbidden: the role may not have one.
            Offline, ServiceFailed (Throttled, BadReply): nobody knows.
        """
        try:
            answer = self._service.ask(self._client.get_authorization_token, again=True)
        except ServiceFailed as error:
            if error.code != _NOT_ALLOWED:
                raise
            hint = "It needs ecr:GetAuthorizationToken; public ECR asks for sts:GetServiceBearerToken, too."
            raise Forbidden(error.sentence, hint, code=error.code, status=error.status) from error
        data = answer.part(_DATA) if self._public else next(iter(answer.parts(_DATA)), None)
        if data is None:
            raise answer.without(_DATA)
        return Authorization(_password(data), data.moment("expiresAt"))


def _password(data: Reply) -> Secret:
    try:
        user, colon, password = base64.b64decode(data.text("authorizationToken"), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise data.without("a password in its authorizationToken") from None
    if user != "AWS" or not (colon and password) or not password.isprintable():
        raise data.without("a password in its authorizationToken")
    return Secret(password)
