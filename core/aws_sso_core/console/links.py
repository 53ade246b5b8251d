"""Addresses of AWS's console: the portal's own link to it, its pages by service, its sign-in by partition.

Sources: IAM Identity Center user guide, "Creating shortcut links to AWS Management Console destinations"; IAM user guide,
"Enable custom identity broker access to the AWS console". A link that might be
wrong is worse than none, so what is not known here is an error.
"""

from __future__ import annotations

import re
from urllib.parse import quote, urlencode, urlsplit

from aws_sso_core.errors import UsageError
from aws_sso_core.model import Secret
from aws_sso_core.partitions import is_region, partition_of

_PAGES = {
    "apigateway": "apigateway/main/apis",
    "athena": "athena/home",
    "bedrock": "bedrock/home",
    "billing": "billing/home",
    "cloudformation": "cloudformation/home",
    "cloudtrail": "cloudtrailv2/home",
    "cloudwatch": "cloudwatch/home",
    "codebuild": "codesuite/codebuild/projects",
    "codepipeline": "codesuite/codepipeline/pipelines",
    "cost-explorer": "cost-management/home",
    "dynamodb": "dynamodbv2/home",
    "ecr": "ecr/repositories",
    "ecs": "ecs/v2/clusters",
    "elasticache": "elasticache/home",
    "eventbridge": "events/home",
    "iam": "iam/home",
    "identity-center": "singlesignon/home",
    "logs": "cloudwatch/home#logsV2:log-groups",
    "opensearch": "aos/home",
    "organizations": "organizations/v2/home",
    "parameter-store": "systems-manager/parameters",
    "redshift": "redshiftv2/home",
    "route53": "route53/v2/home",
    "s3": "s3/buckets",
    "sns": "sns/v3/home",
    "sqs": "sqs/v3/home",
    "ssm": "systems-manager/home",
    "step-functions": "states/home",
    "vpc": "vpcconsole/home",
    "waf": "wafv2/homev2",
}
"""Services whose page is not ``<service>/home``, and some with a second name."""
SERVICES = tuple(sorted({*_PAGES, "ec2", "eks", "kms", "lambda", "rds", "secretsmanager"}))
"""Those to propose; any other word is tried as it is."""
_SERVICE = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")


def page(service: str | None, region: str | None, sign_in_region: str) -> str:
    """The console's page of a service, or its front page.

    Args:
        service: as in ``SERVICES``, or the first part of the page's path.
        region: to work in; None lets the console choose.
        sign_in_region: of Identity Center, which tells the partition where ``region`` is None.

    Raises:
        UsageError: that is no service, or the partition's console is not known.
    """
    partition = partition_of(region or sign_in_region)
    if partition.console is None:
        raise UsageError(f"The console's address in {partition.name} is not known.", "Leave --service away.")
    wanted = (service or "console").lower()
    if not _SERVICE.fullmatch(wanted):
        raise UsageError(f"{service!r} is no service.", f"Such as {', '.join(SERVICES[:6])}.")
    path, _, fragment = _PAGES.get(wanted, f"{wanted}/home").partition("#")
    query = f"?{urlencode({'region': checked(region)})}" if region else ""
    return f"https://{partition.console}/{path}{query}{f'#{fragment}' if fragment else ''}"


def portal_link(start_url: str, account_id: str, role_name: str, destination: str | None = None) -> str:
    """The access portal's link to the console as this role: the browser signs in by itself, nothing in it is secret."""
    at = urlsplit(start_url)
    query = {"account_id": account_id, "role_name": role_name, **({"destination": destination} if destination else {})}
    return f"{at.scheme}://{at.netloc}{at.path.rstrip('/')}/#/console?{urlencode(query, quote_via=quote, safe='')}"


def federation_endpoint(region: str) -> str:
    """Where role credentials become a sign-in."""
    return f"https://{checked(region)}.{partition_of(region).sign_in}/federation"


def sign_in_link(endpoint: str, token: Secret, destination: str, issuer: str) -> Secret:
    """The address that signs whoever opens it in to the console; good once, within 15 minutes.

    Args:
        endpoint: ``federation_endpoint``.
        token: what it gave.
        destination: a page of the console.
        issuer: where the console sends a person whose time is over: the access portal.
    """
    query = {"Action": "login", "Issuer": issuer, "Destination": destination, "SigninToken": token.reveal()}
    return Secret(f"{endpoint}?{urlencode(query, quote_via=quote, safe='')}")


def checked(region: str) -> str:
    """The region, if it is shaped like one: it becomes part of a host's name.

    Raises:
        UsageError: it is not.
    """
    if not is_region(region):
        raise UsageError(f"{region!r} is no AWS region.", "Correct region in the config.")
    return region
