"""Messages as tools print them, and what they are taken for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_sso_core.cli.table import COMMANDS, PROGRAM
from aws_sso_core.known_failures import FAILURES, explain

SAID = {
    "sign-in-over": [
        (
            "The SSO session associated with this profile has expired or is otherwise invalid. To refresh this SSO session "
            "run aws sso login with the corresponding profile."
        ),
        "Error loading SSO Token: Token for corp does not exist",
        (
            "Error: failed to refresh cached credentials, refresh cached SSO token failed, unable to refresh SSO token, "
            "operation error SSO OIDC: CreateToken, https response error StatusCode: 400, InvalidGrantException:"
        ),
        "An error occurred (UnauthorizedException) when calling the GetRoleCredentials operation: Session token not found or invalid",
        "CredentialsProviderError: The SSO session token associated with profile=dev was not found or is invalid.",
    ],
    "no-credentials": [
        'Unable to locate credentials. You can configure credentials by running "aws login".',
        "Error: No valid credential sources found",
    ],
    "expired-credentials": [
        (
            "An error occurred (ExpiredToken) when calling the GetCallerIdentity operation: The security token included in "
            "the request is expired"
        ),
        "ExpiredTokenException: The security token included in the request is expired",
    ],
    "wrong-keys": ["An error occurred (InvalidClientTokenId) when calling the GetCallerIdentity operation"],
    "no-profile": [
        "The config profile (dvv) could not be found",
        "Error: failed to get shared config profile, dvv",
    ],
    "config-broken": ["Unable to parse config file: /home/jane/.aws/config"],
    "incomplete-profile": [
        "Missing the following required SSO configuration values: sso_start_url, sso_region. To make sure"
    ],
    "wrong-region": [
        "An error occurred (InvalidRequestException) when calling the StartDeviceAuthorization operation: ",
    ],
    "no-access": ["An error occurred (ForbiddenException) when calling the GetRoleCredentials operation: No access"],
    "certificate": [
        (
            "SSL validation failed for https://oidc.us-east-1.amazonaws.com/ [SSL: CERTIFICATE_VERIFY_FAILED] certificate "
            "verify failed: self-signed certificate in certificate chain (_ssl.c:1006)"
        )
    ],
    "network": ['Could not connect to the endpoint URL: "https://sts.eu-wset-1.amazonaws.com/"'],
    "throttled": ["An error occurred (TooManyRequestsException) when calling the ListAccountRoles operation"],
    "clock": ["An error occurred (SignatureDoesNotMatch) ... Signature expired: 20260302T110000Z is now earlier than"],
    "region": [
        'You must specify a region. You can also configure your region by running "aws configure".',
        "Provided region_name 'eu west' doesn't match a supported format.",
        "Error: invalid AWS Region: eu-west1",
        "Error: Region is missing",
    ],
    "half-a-key": ["Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY"],
    "aws-cli-1": ["aws: error: argument subcommand: Invalid choice, valid choices are:"],
    "powershell-policy": [
        "File C:\\Users\\jane\\profile.ps1 cannot be loaded because running scripts is disabled on this system."
    ],
    "aws-not-found": [
        "'aws' is not recognized as an internal or external command,\noperable program or batch file.",
        "bash: aws: command not found",
    ],
    "ecr-login": ["no basic auth credentials", "denied: Your authorization token has expired. Reauthenticate and try"],
    "credential-process": ["Error when retrieving credentials from custom-process: No such file"],
    "no-browser": ["Unable to open browser", "This site can't be reached. 127.0.0.1 refused to connect."],
    "denied": [
        (
            "An error occurred (AccessDenied) when calling the ListBuckets operation: User: arn:aws:sts::123456789012:"
            "assumed-role/x/jane is not authorized to perform: s3:ListAllMyBuckets"
        )
    ],
}


@pytest.mark.parametrize(("failure", "text"), [(name, text) for name, texts in SAID.items() for text in texts])
def test_a_message_is_taken_for_what_it_is(failure: str, text: str) -> None:
    assert explain(text)[0].id == failure


def test_every_failure_is_tried_with_a_message_of_some_tool() -> None:
    assert [f.id for f in FAILURES] == list(SAID)


def test_breaks_of_lines_and_cases_do_not_matter() -> None:
    assert explain("UNABLE TO\n   locate Credentials")[0].id == "no-credentials"


@given(st.text(alphabet="xyz 0123456789.\n"))
def test_what_is_no_message_is_taken_for_none(text: str) -> None:
    assert explain(text) == ()


def test_only_commands_that_exist_are_advised() -> None:
    known = {name for rows in COMMANDS.values() for name in rows}
    advised = [step.split("`")[1].split()[1] for f in FAILURES for step in f.then if f"`{PROGRAM} " in step]
    assert advised
    assert set(advised) <= known
