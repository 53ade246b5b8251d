"""The failures that many people meet, the messages by which tools tell them, and the ways out.

The messages are those of AWS CLI and boto3 (botocore), the SDKs for Go (so Terraform), JavaScript and Java, Docker,
browsers, and Windows' shells.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Failure:
    """One failure that many people meet."""

    id: str
    """Stable, for links and scripts."""
    messages: tuple[str, ...]
    """How tools put it, shortened to what does not change; matched in any case."""
    means: str
    """What is the matter, in a sentence."""
    because: str
    """How it comes about."""
    then: tuple[str, ...]
    """What to do, the likeliest first."""


FAILURES: tuple[Failure, ...] = (
    Failure(
        "sign-in-over",
        (
            "SSO session associated with this profile has expired or is otherwise invalid",
            "Error loading SSO Token",
            "Token has expired and refresh failed",
            "SSO session token associated with profile",
            "the SSO session has expired or is invalid",
            "failed to load SSO token",
            "cached SSO token is expired",
            "unable to refresh SSO token",
            "UnauthorizedSSOTokenError",
            "Unable to load SSO token",
            "Session token not found or invalid",
            "InvalidClientException",
        ),
        "The sign-in is over, or nobody has signed in.",
        "An administrator decides how long a sign-in lasts (8 hours, mostly); then only a browser helps.",
        ("`aws-sso-tray login`", "`aws-sso-tray start` keeps the next one alive and warns before it ends."),
    ),
    Failure(
        "no-credentials",
        (
            "Unable to locate credentials",
            "NoCredentialsError",
            "NoCredentialProviders",
            "no valid credential sources",
            "Could not load credentials from any providers",
            "no EC2 IMDS role found",
        ),
        "The tool was given no profile, and there is no default one.",
        "No --profile, no AWS_PROFILE, and no [default] section that says how to sign in.",
        (
            "`aws-sso-tray use PROFILE` makes one the default for every tool.",
            "`aws-sso-tray why PROFILE` shows what each tool takes, and why.",
            "The SDK for JavaScript says no more either when a credential process fails: `aws-sso-tray whoami PROFILE` tells why.",
        ),
    ),
    Failure(
        "expired-credentials",
        ("ExpiredToken", "security token included in the request is expired", "The provided token has expired"),
        "The role credentials that the tool holds have expired.",
        "They came from environment variables (AWS_ACCESS_KEY_ID and its like), or the program has run for long: "
        "role credentials last an hour or so, and those in the environment are never renewed.",
        (
            "Remove AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN from the environment, and use a profile.",
            "`aws-sso-tray doctor` says whether stale keys are set.",
        ),
    ),
    Failure(
        "wrong-keys",
        ("InvalidClientTokenId", "UnrecognizedClientException", "security token included in the request is invalid"),
        "AWS does not know these keys.",
        "Static keys that were deleted, or keys of another partition, hide the sign-in.",
        ("`aws-sso-tray why PROFILE` shows where each tool takes its keys.", "`aws-sso-tray doctor`"),
    ),
    Failure(
        "no-profile",
        (
            "The config profile (",
            "failed to get shared config profile",
            "ProfileNotFound",
            "Could not resolve credentials using profile",
        ),
        "There is no profile of that name.",
        "It is misspelt, stands in another file (AWS_CONFIG_FILE), or AWS_PROFILE names one that was renamed.",
        (
            "`aws-sso-tray profiles --filter TEXT` finds it.",
            "`aws-sso-tray populate` writes one for each role you have.",
        ),
    ),
    Failure(
        "config-broken",
        (
            "Unable to parse config file",
            "DuplicateSectionError",
            "DuplicateOptionError",
            "MissingSectionHeaderError",
            "ConfigParseError",
            "'utf-8' codec can't decode",
        ),
        "No tool can read ~/.aws/config or ~/.aws/credentials.",
        "A key or a section stands there twice, a line is no `key = value`, or the file is not UTF-8.",
        (
            "`aws-sso-tray doctor` names file, line and reason.",
            "`aws-sso-tray history` and `restore` bring an earlier version back.",
        ),
    ),
    Failure(
        "incomplete-profile",
        (
            "Missing the following required SSO configuration values",
            "missing the following required values: sso_",
            "Profile is configured with invalid SSO credentials",
            "is configured to use SSO but is missing required configuration",
        ),
        "The profile lacks something for signing in.",
        "It names no sso_session (or one that is not there), or lacks sso_account_id or sso_role_name.",
        ("`aws-sso-tray configure` writes a complete one.", "`aws-sso-tray why PROFILE` shows what is missing."),
    ),
    Failure(
        "wrong-region",
        (
            "when calling the StartDeviceAuthorization operation",
            "InvalidRequestException) when calling the",
            "InvalidGrantException",
            "invalid_grant",
        ),
        "AWS does not know the start URL in that region, or the sign-in was renewed by another program.",
        "sso_region must be the region where IAM Identity Center was set up, which need not be the one you work in.",
        ("`aws-sso-tray doctor` asks AWS.", "Correct sso_region in the config, then `aws-sso-tray login`."),
    ),
    Failure(
        "no-access",
        ("ForbiddenException", "No access", "GetRoleCredentials operation: Forbidden"),
        "You no longer have this role in this account.",
        "An administrator took the assignment away, or it is so new that AWS has not heard of it everywhere.",
        ("`aws-sso-tray populate --dry-run` shows what you have now.", "Wait a minute if the assignment is new."),
    ),
    Failure(
        "certificate",
        (
            "CERTIFICATE_VERIFY_FAILED",
            "self signed certificate in certificate chain",
            "self-signed certificate in certificate chain",
            "unable to get local issuer certificate",
            "x509: certificate signed by unknown authority",
            "SSL validation failed",
        ),
        "Somebody between this computer and AWS answers with a certificate that is not trusted.",
        "Mostly the company's proxy, which inspects TLS with a certificate authority of its own.",
        (
            "`aws-sso-tray doctor` names the authority that signed it.",
            "Save its certificate as a PEM file, and let AWS_CA_BUNDLE name that file.",
        ),
    ),
    Failure(
        "network",
        (
            "Could not connect to the endpoint URL",
            "Connect timeout on endpoint URL",
            "Read timeout on endpoint URL",
            "Failed to connect to proxy URL",
            "no such host",
            "getaddrinfo ENOTFOUND",
            "dial tcp",
        ),
        "AWS cannot be reached.",
        "The network or the VPN is down, a proxy is in the way, the region is misspelt, or AWS_ENDPOINT_URL leads elsewhere.",
        ("`aws-sso-tray doctor` says how far it gets.", "Check HTTPS_PROXY, NO_PROXY and AWS_ENDPOINT_URL."),
    ),
    Failure(
        "throttled",
        ("TooManyRequestsException", "ThrottlingException", "Rate exceeded", "SlowDownException"),
        "AWS was asked too often.",
        "The portal takes 20 requests a second for a whole organisation's tools together.",
        ("Wait a minute, and try again.", "`aws-sso-tray populate` keeps to that pace by itself."),
    ),
    Failure(
        "clock",
        ("RequestTimeTooSkewed", "Signature expired", "Signature not yet current", "SignatureDoesNotMatch"),
        "This computer's clock differs from AWS's by more than 5 minutes.",
        "A machine that slept, or a virtual one that was paused.",
        ("Let the system set its clock by itself.", "`aws-sso-tray doctor` says by how much it is off."),
    ),
    Failure(
        "region",
        (
            "You must specify a region",
            "NoRegionError",
            "Region is missing",
            "Missing Region",
            "invalid AWS Region",
            "doesn't match a supported format",
        ),
        "The tool was given no region, or one that AWS does not have.",
        "The profile has no region, or a misspelt one, or AWS_REGION or AWS_DEFAULT_REGION has.",
        (
            "`aws-sso-tray why PROFILE` shows the region that each tool takes.",
            "`aws-sso-tray doctor` names those that AWS does not have.",
        ),
    ),
    Failure(
        "half-a-key",
        ("Partial credentials found in", "PartialCredentialsError"),
        "Of a pair of keys one is missing.",
        "AWS_ACCESS_KEY_ID is there without AWS_SECRET_ACCESS_KEY, or the other way round: in the environment or in a profile.",
        (
            "`aws-sso-tray env --clear` prints the lines that take them out of this shell.",
            "`aws-sso-tray doctor` names profiles with keys.",
        ),
    ),
    Failure(
        "aws-cli-1",
        ("argument operation: Invalid choice", "argument subcommand: Invalid choice"),
        "This AWS CLI does not know that command.",
        "It is version 1, which cannot sign in, or an old version 2; or the command is misspelt.",
        ("`aws-sso-tray doctor` tells its version.", "`aws-sso-tray login` signs in for it."),
    ),
    Failure(
        "powershell-policy",
        ("running scripts is disabled on this system",),
        "PowerShell does not run your profile file.",
        "Its execution policy forbids scripts, which is what Windows begins with.",
        ("`Set-ExecutionPolicy -Scope CurrentUser RemoteSigned`, then open a new window.",),
    ),
    Failure(
        "aws-not-found",
        (
            "aws: command not found",
            "'aws' is not recognized",
            "The term 'aws' is not recognized",
            "Unknown command: aws",
            "aws: not found",
        ),
        "This shell does not find AWS CLI.",
        "It is not installed, or was installed after this shell was started.",
        ("`aws-sso-tray doctor` tells the two apart, and the line that refreshes the PATH.", "Open a new shell."),
    ),
    Failure(
        "ecr-login",
        (
            "no basic auth credentials",
            "Your authorization token has expired",
            "denied: Not Authorized",
            'error getting credentials - err: exec: "docker-credential-',
            "The stub received bad data",
        ),
        "Docker has no password for the registry, or an old one.",
        "`aws ecr get-login-password` gives one for 12 hours, and Docker keeps it for ever; on Windows it is too long to be kept.",
        ("`aws-sso-tray ecr login REGISTRY`: from then on Docker asks us each time.",),
    ),
    Failure(
        "credential-process",
        (
            "Error when retrieving credentials from custom-process",
            "error in credential_process",
            "CredentialUnavailable",
        ),
        "The program that credential_process names failed.",
        "Its own message stands behind that; if it is ours, nobody is signed in, or its installation was moved.",
        (
            "`aws-sso-tray credentials --profile PROFILE` shows what it says.",
            "`aws-sso-tray populate` writes its place anew.",
        ),
    ),
    Failure(
        "no-browser",
        (
            "AuthorizationPendingException",
            "Unable to open browser",
            "could not locate runnable browser",
            "127.0.0.1 refused to connect",
            "localhost refused to connect",
        ),
        "The page to sign in did not open, did not come back, or nobody finished it.",
        "Over SSH, in containers and in WSL there is no browser to open, and one elsewhere does not come back to this computer.",
        (
            "`aws-sso-tray login --device` shows a code for any other machine.",
            "`aws-sso-tray login --qr` for your phone.",
        ),
    ),
    Failure(
        "denied",
        ("AccessDenied", "is not authorized to perform", "UnauthorizedOperation"),
        "You are signed in, and this role may not do that.",
        "Either the profile is not the one that you meant, or its permission set lacks the permission.",
        ("`aws-sso-tray whoami` says who you are.", "`aws-sso-tray profiles --filter TEXT` finds another role."),
    ),
)
"""The likelier meaning first."""
