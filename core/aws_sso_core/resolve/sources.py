"""Places that give credentials, and the sentences that tell what is wrong with one. Problems are (sentence, fix)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from aws_sso_core.config.helper_form import OURS, is_own_process
from aws_sso_core.resolve.dialects import Read

Values = Mapping[str, str]

KEY_ID, SECRET = "aws_access_key_id", "aws_secret_access_key"
_CREDENTIAL_SOURCES = ("Ec2InstanceMetadata", "EcsContainer", "Environment")


class Provider(StrEnum):
    """What gives the credentials."""

    ENV_KEYS = "env-keys"
    SSO = "sso-session"
    LEGACY_SSO = "sso"
    KEYS = "static-keys"
    PROCESS = "credential-process"
    ROLE = "assume-role"
    WEB_IDENTITY = "web-identity"
    LOGIN = "login"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Source:
    """One place that gives credentials."""

    provider: Provider
    identity: str
    """Whose, in words; never a secret."""
    place: str
    """``environment``, ``config`` or ``credentials``."""
    problem: str = ""
    """Why the tool stops here with an error; a sentence."""
    fix: str = ""
    gives_way: bool = False
    """The problem does not stop the tool: it looks further, and complains only when nothing else is there."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a tool goes by."""

    profile: str
    explicit: bool
    """The profile was named to the tool itself, not by the environment."""
    read: Read
    env: Mapping[str, str]

    @property
    def values(self) -> Values:
        """The profile's keys."""
        return self.read.profile(self.profile) or {}

    def at(self, profile: str) -> Asked:
        """The same for another profile, as a source of this one: the environment does not count there."""
        return Asked(profile, True, self.read, self.env)  # noqa: FBT003 - named three lines above

    def place(self, key: str) -> str:
        """The file that sets this key."""
        return "credentials" if key in self.read.credentials.get(self.profile, {}) else "config"


def either(env: Values, *names: str) -> str:
    """The first of these variables that is set."""
    return next((env[name] for name in names if env.get(name)), "")


def env_keys(env: Values) -> Source:
    """Access keys in the environment."""
    secret = either(env, "AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY")
    key_id = either(env, "AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY")
    problem = () if secret else ("AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not.", "Set both, or none.")
    return Source(Provider.ENV_KEYS, key_id, "environment", *problem)


def keys(asked: Asked, values: Values, place: str) -> Source:
    """Access keys in a file."""
    return Source(Provider.KEYS, values[KEY_ID], place, *(() if SECRET in values else half_keys(asked)))


def process(asked: Asked) -> Source:
    """A program that gives credentials."""
    values = asked.values
    role, account = (values.get(OURS[key]) for key in ("sso_role_name", "sso_account_id"))
    if role and account and is_own_process(values["credential_process"]):
        identity = f"aws-sso-tray for {role} in {account}"
    else:  # never the whole command: people put tokens into it
        identity = next(iter(values["credential_process"].split()), "")
    return Source(Provider.PROCESS, identity, asked.place("credential_process"))


def sso(asked: Asked, problem: tuple[str, str]) -> Source:
    """IAM Identity Center."""
    values = asked.values
    session = values.get("sso_session")
    role, account = values.get("sso_role_name", "?"), values.get("sso_account_id", "?")
    of = session if session is not None else values.get("sso_start_url", "?")
    provider = Provider.LEGACY_SSO if session is None else Provider.SSO
    key = "sso_account_id" if "sso_account_id" in values else "sso_role_name"
    return Source(provider, f"{role} in {account} ({of})", asked.place(key), *problem)


def role(asked: Asked, problem: tuple[str, str] | None) -> Source:
    """A role to assume."""
    values = asked.values
    source = values.get("source_profile") or values.get("credential_source")
    arn = values["role_arn"]
    return Source(Provider.ROLE, f"{arn} from {source}" if source else arn, asked.place("role_arn"), *(problem or ()))


def missing(asked: Asked, values: Values, keys: tuple[str, ...]) -> tuple[str, str]:
    """Keys that IAM Identity Center needs and that are not there."""
    lacking = [key for key in keys if not values.get(key)]
    if not lacking:
        return "", ""
    names = " and ".join(lacking)
    return f"Profile {asked.profile!r} signs in by IAM Identity Center but lacks {names}.", f"Add {names}."


def no_session(asked: Asked) -> tuple[str, str]:
    """The sso-session is not there."""
    name = asked.values.get("sso_session", "")
    return (
        f"Profile {asked.profile!r} names the sso-session {name!r}, which this tool does not find in the config.",
        f"Add [sso-session {name}], or correct the name.",
    )


def half_keys(asked: Asked) -> tuple[str, str]:
    """One key of two."""
    return (
        f"Profile {asked.profile!r} has only one of {KEY_ID} and {SECRET}.",
        "Remove it, or add the other one.",
    )


def no_role_arn(asked: Asked) -> tuple[str, str]:
    """Web identity without a role."""
    return (
        f"There is a web identity token file for profile {asked.profile!r}, but no role ARN.",
        "Set AWS_ROLE_ARN or role_arn, or remove the token file.",
    )


def one_source(asked: Asked, *, both: bool) -> tuple[str, str]:
    """A role without, or with two, places to take credentials from."""
    has = "both source_profile and credential_source" if both else "neither source_profile nor credential_source"
    return f"Profile {asked.profile!r} has role_arn, but {has}.", "It needs exactly one of them."


def missing_source(asked: Asked) -> tuple[str, str]:
    """source_profile names nothing."""
    source = asked.values["source_profile"]
    return (
        f"Profile {asked.profile!r} takes its credentials from {source!r}, which this tool does not find.",
        f"Correct source_profile, or add a profile {source!r}.",
    )


def loop(asked: Asked) -> tuple[str, str]:
    """source_profile leads back."""
    return (
        f"Profile {asked.profile!r} takes its credentials from itself, by way of source_profile.",
        "Name a profile that has credentials of its own as source_profile.",
    )


def source_problem(asked: Asked, first: Source | None) -> tuple[str, str] | None:
    """What is wrong with the source profile, if anything."""
    source = asked.values["source_profile"]
    if first is None:
        return f"The source profile {source!r} has no credentials.", "Give it some, or name another one."
    return (first.problem, first.fix) if first.problem else None


def origin_problem(asked: Asked) -> tuple[str, str] | None:
    """What is wrong with credential_source, if anything."""
    origin = asked.values["credential_source"]
    if origin not in _CREDENTIAL_SOURCES:
        return (
            f"Profile {asked.profile!r} has credential_source = {origin}, which AWS tools do not know.",
            f"Use one of {', '.join(_CREDENTIAL_SOURCES)}.",
        )
    env = asked.env
    if origin == "Environment" and not (env.get("AWS_ACCESS_KEY_ID") and env.get("AWS_SECRET_ACCESS_KEY")):
        return (
            f"Profile {asked.profile!r} takes its keys from the environment, which has none.",
            "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
        )
    return None
