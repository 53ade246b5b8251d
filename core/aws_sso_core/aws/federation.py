"""AWS's federation endpoint, which makes role credentials a sign-in to the console.

IAM user guide, "Enable custom identity broker access to the AWS console". The credentials go in the body of a POST, so
that they are in no address and no log. No duration is asked for: the console session then ends with the credentials,
and some values that the guide allows are refused.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from botocore.awsrequest import AWSRequest
from botocore.httpsession import URLLib3Session
from botocore.utils import get_environ_proxies

from aws_sso_core.aws.client import CONNECT_SECONDS, READ_SECONDS
from aws_sso_core.aws.network import ca_bundle, network_settings
from aws_sso_core.aws.reply import Reply
from aws_sso_core.aws.translate import check_proxy, told
from aws_sso_core.aws.where import KEPT_OUT, Where
from aws_sso_core.errors import BadReply, ServiceFailed
from aws_sso_core.model import RoleCredentials, Secret, Session

_ERRORS_FROM = 300
_SERVER_SIDE = 500


def console_token(
    credentials: RoleCredentials, *, url: str, session: Session, region: str, config: Path | None, profile: str | None
) -> Secret:
    """getSigninToken: good for one sign-in to the console within 15 minutes.

    Args:
        credentials: of the role to be; not of a role that assumed another.
        url: the endpoint, ``https://<region>.signin.aws.amazon.com/federation`` and the like.
        session: whose network settings count; as ``aws.oidc``.
        region: of the endpoint, for error texts.
        config: as ``aws.oidc``.
        profile: as ``aws.oidc``.

    Raises:
        ServiceFailed: AWS makes no console session of these credentials.
        Offline, BadReply, UsageError: as everywhere in this package.
    """
    where = Where(url, region, ca_bundle(network_settings(session, config, profile)), "region")
    check_proxy(where)
    document = {
        "sessionId": credentials.access_key_id,
        "sessionKey": credentials.secret_access_key.reveal(),
        "sessionToken": credentials.session_token.reveal(),
    }
    form = {"Action": "getSigninToken", "Session": json.dumps(document)}
    try:
        http: Any = URLLib3Session  # its stubs know neither a CA file nor two time-outs
        connection = http(
            verify=where.ca_bundle or True, proxies=get_environ_proxies(url), timeout=(CONNECT_SECONDS, READ_SECONDS)
        )
        answer = connection.send(AWSRequest(method="POST", url=url, data=form).prepare())
        status, body = int(answer.status_code), bytes(answer.content)
    except Exception as error:
        raise told(error, where) from error
    if status >= _SERVER_SIDE:
        raise ServiceFailed(
            f"AWS has trouble of its own ({where.host} answered {status}).", where.advice, status=status
        )
    if status >= _ERRORS_FROM:
        raise ServiceFailed(
            f"AWS makes no console session of these credentials ({where.host} answered {status}).",
            where.advice or "The portal's own link, without --federation, needs none.",
            status=status,
        )
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise BadReply(f"{where.host} did not answer as AWS does.", where.advice or KEPT_OUT, status=status)
    return Secret(Reply(found, where).text("SigninToken"))
