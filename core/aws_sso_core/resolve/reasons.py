"""What is worth telling about a table of resolutions: why tools differ, what they pass over, what stops them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from aws_sso_core.resolve.sources import Provider, Source
from aws_sso_core.resolve.tools import DEFAULT, SHOWN, Resolution, Tool, not_found

_CALLED = {
    Provider.ENV_KEYS: "the access key",
    Provider.SSO: "IAM Identity Center",
    Provider.LEGACY_SSO: "IAM Identity Center",
    Provider.KEYS: "the access key",
    Provider.PROCESS: "credential_process",
    Provider.ROLE: "role_arn",
    Provider.WEB_IDENTITY: "the web identity token",
    Provider.LOGIN: "the login session",
}
VARIABLE = {Provider.ENV_KEYS: "AWS_ACCESS_KEY_ID", Provider.WEB_IDENTITY: "AWS_WEB_IDENTITY_TOKEN_FILE"}
"""The environment variable that makes tools take credentials from the environment."""
_PORTABLE = "Other tools find it; all find [profile NAME] with one blank and a NAME of A-Z a-z 0-9 . _ - alone."
_KEY = {
    Provider.KEYS: "aws_access_key_id and aws_secret_access_key",
    Provider.PROCESS: "credential_process",
    Provider.ROLE: "role_arn",
    Provider.WEB_IDENTITY: "web_identity_token_file",
    Provider.LOGIN: "login_session",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing, for all the tools that it is true of."""

    tools: tuple[Tool, ...]
    sentence: str
    fix: str = ""

    @property
    def who(self) -> str:
        """The tools in words."""
        return together(self.tools)


def together(tools: Sequence[Tool]) -> str:
    """Tools in words: ``AWS CLI and boto3``, ``every AWS tool``, ``every AWS tool but boto3``."""
    names, others = [SHOWN[tool] for tool in tools], [SHOWN[tool] for tool in Tool if tool not in tools]
    if len(others) <= 1:
        return " but ".join(["every AWS tool", *others])
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def reasons(table: Iterable[Resolution]) -> tuple[Reason, ...]:
    """All there is to tell, tools of which the same is true together, in the order of the table."""
    table = list(table)
    elsewhere = {resolution.profile for resolution in table if resolution.found}
    found: dict[tuple[str, str], list[Tool]] = {}
    for resolution in table:
        if not resolution.found and resolution.profile in elsewhere:
            found.setdefault((not_found(resolution.profile), _PORTABLE), []).append(resolution.tool)
            continue
        for told in _of(resolution):
            found.setdefault(told, []).append(resolution.tool)
    return tuple(Reason(tuple(tools), *told) for told, tools in found.items())


def called(source: Source) -> str:
    """A source in words, with its place: ``the access key in the credentials file``."""
    place = "the environment" if source.place == "environment" else f"the {source.place} file"
    return f"{_CALLED[source.provider]} in {place}"


def _of(resolution: Resolution) -> Iterable[tuple[str, str]]:
    if resolution.profile_from not in ("asked", DEFAULT):
        variable = resolution.profile_from
        yield f"{variable} chooses the profile {resolution.profile!r}.", f"Remove {variable} to choose by other means."
    if resolution.problem:
        yield resolution.problem, resolution.fix
    elif resolution.provider is Provider.NONE:
        none = (
            f"Profile {resolution.profile!r} gives no credentials."
            if resolution.found
            else not_found(resolution.profile)
        )
        yield none, "Outside of AWS's own machines calls will fail; choose a profile that signs in."
    source, over = resolution.source, resolution.passed_over
    if over and source.provider is not Provider.NONE:
        names = " and ".join(called(other) for other in over)
        yield f"Taken is {called(source)}; passed over is {names}.", _to_change(resolution.profile, source)
    if resolution.region_from.startswith("AWS_"):
        yield f"{resolution.region_from} sets the region.", f"Remove {resolution.region_from} to use the profile's own."
    elif resolution.region is None and resolution.found and not resolution.problem:
        yield f"Profile {resolution.profile!r} has no region.", "Add region to it, or name one with each call."


def _to_change(profile: str, source: Source) -> str:
    if source.provider in (Provider.SSO, Provider.LEGACY_SSO):
        return ""  # that is what everybody wants here
    if source.place == "environment":
        return f"To change that, remove {VARIABLE[source.provider]} from the environment."
    return f"To change that, remove {_KEY[source.provider]} of {profile!r} from the {source.place} file."


def lasting_differences(env: Mapping[str, str], lasting: Mapping[str, str]) -> dict[str, str]:
    """The lasting variables that programs started later get and this process has not, or not so."""
    return {name: value for name, value in lasting.items() if value and value != env.get(name)}
