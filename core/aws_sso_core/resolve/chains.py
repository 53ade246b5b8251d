"""Where each AWS tool looks for credentials, in its own order.

A chain yields every place that would give credentials, the one that the tool takes first. The orders are those of
``botocore.credentials.create_credential_resolver`` (the AWS CLI, boto3), aws-sdk-go-v2 ``config.resolveCredentials``
(Terraform) and @aws-sdk/credential-provider-node with -ini (JavaScript); all are run in
``tests/interop/test_resolution*.py``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from aws_sso_core.resolve.sources import (
    KEY_ID,
    SECRET,
    Asked,
    Provider,
    Source,
    Values,
    either,
    env_keys,
    half_keys,
    keys,
    loop,
    missing,
    missing_source,
    no_role_arn,
    no_session,
    one_source,
    origin_problem,
    process,
    role,
    source_problem,
    sso,
)

_SSO_KEYS = ("sso_start_url", "sso_account_id", "sso_session", "sso_region", "sso_role_name")


def botocore_sources(asked: Asked) -> Iterator[Source]:
    """AWS CLI v2 and boto3."""
    values, env = asked.values, {} if asked.explicit else asked.env
    if env.get("AWS_ACCESS_KEY_ID"):
        yield env_keys(env)
    if "role_arn" in values and "web_identity_token_file" not in values:
        yield _botocore_role(asked, ())
    yield from _botocore_profile_sources(asked, env)


def _botocore_profile_sources(asked: Asked, env: Values) -> Iterator[Source]:
    values = asked.values
    token = env.get("AWS_WEB_IDENTITY_TOKEN_FILE") or values.get("web_identity_token_file")
    if token:
        arn = env.get("AWS_ROLE_ARN") or values.get("role_arn") or ""
        place = "environment" if env.get("AWS_WEB_IDENTITY_TOKEN_FILE") else "config"
        yield Source(Provider.WEB_IDENTITY, arn, place, *(() if arn else no_role_arn(asked)))
    if "sso_account_id" in values or "sso_role_name" in values:
        yield sso(asked, _botocore_sso_problem(asked))
    in_credentials = asked.read.credentials.get(asked.profile, {})
    if KEY_ID in in_credentials:
        yield keys(asked, in_credentials, "credentials")
    if "login_session" in values:
        yield Source(Provider.LOGIN, values["login_session"], asked.place("login_session"))
    if "credential_process" in values:
        yield process(asked)
    in_config = asked.read.config.get(asked.profile, {})
    if KEY_ID in in_config:
        yield keys(asked, in_config, "config")


def _botocore_role(asked: Asked, visited: tuple[str, ...]) -> Source:
    values, visited = asked.values, (*visited, asked.profile)
    source, origin = values.get("source_profile"), values.get("credential_source")
    if (source is None) == (origin is None):
        return role(asked, one_source(asked, both=source is not None))
    if source is None:
        return role(asked, origin_problem(asked))
    theirs = asked.read.profile(source)
    has_keys = theirs is not None and (KEY_ID in theirs or SECRET in theirs)
    if theirs is None:
        return role(asked, missing_source(asked))
    if source in visited and not (source == asked.profile and has_keys):
        return role(asked, loop(asked))
    base = asked.at(source)
    if has_keys or "role_arn" not in theirs or "web_identity_token_file" in theirs:
        first = next(_botocore_profile_sources(base, {}), None)
    else:
        first = _botocore_role(base, visited)
    return role(asked, source_problem(asked, first))


def _botocore_sso_problem(asked: Asked) -> tuple[str, str]:
    values = dict(asked.values)
    if "sso_session" in values:
        session = asked.read.sessions.get(values["sso_session"])
        if session is None:
            return no_session(asked)
        for key, value in session.items():
            if values.setdefault(key, value) != value:
                return (
                    f"Profile {asked.profile!r} and its sso-session disagree about {key}.",
                    f"Remove {key} from the profile.",
                )
    return missing(asked, values, ("sso_start_url", "sso_region", "sso_role_name", "sso_account_id"))


def go_sources(asked: Asked) -> Iterator[Source]:
    """Terraform, by the AWS SDK for Go v2."""
    env = asked.env
    if not asked.explicit:
        has_keys = either(env, "AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY") and either(
            env, "AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY"
        )
        has_token = env.get("AWS_WEB_IDENTITY_TOKEN_FILE")
        if (has_keys or has_token) and (stops := _go_load_problem(asked, ())):
            yield Source(Provider.NONE, "", "config", *stops)  # the files are loaded before the environment counts
        elif has_keys:
            yield env_keys(env)
        elif has_token:
            arn = env.get("AWS_ROLE_ARN", "")
            yield Source(Provider.WEB_IDENTITY, arn, "environment", *(() if arn else no_role_arn(asked)))
    yield from _go_profile_sources(asked, ())


def _go_profile_sources(asked: Asked, visited: tuple[str, ...]) -> Iterator[Source]:
    values = asked.values
    has_keys = values.get(KEY_ID) and values.get(SECRET)
    # A web identity has its role by itself, unless keys are there to assume it with.
    if values.get("role_arn") and (has_keys or not values.get("web_identity_token_file")):
        yield role(asked, _go_role_problem(asked, visited))
        if values.get("source_profile"):  # nothing else of the profile counts then
            return
    elif stops := _go_refuses(asked):
        yield Source(Provider.NONE, "", "config", *stops)
    yield from _go_own_sources(asked)


def _go_own_sources(asked: Asked) -> Iterator[Source]:
    """What the profile itself has, from which the role of the same profile is assumed."""
    values = asked.values
    if values.get(KEY_ID) and values.get(SECRET):
        yield keys(asked, values, asked.place(KEY_ID))
    if values.get("web_identity_token_file"):
        yield Source(Provider.WEB_IDENTITY, values.get("role_arn", ""), asked.place("web_identity_token_file"))
    if any(values.get(key) for key in _SSO_KEYS):
        yield sso(asked, _go_sso_problem(asked))
    if values.get("login_session"):
        yield Source(Provider.LOGIN, values["login_session"], asked.place("login_session"))
    if values.get("credential_process"):
        yield process(asked)


def _go_load_problem(asked: Asked, visited: tuple[str, ...]) -> tuple[str, str] | None:
    """What stops the Go SDK while it loads the files: a refused profile, or one that is missing or refused as its source."""
    source = asked.values.get("source_profile") if asked.values.get("role_arn") else None
    visited = (*visited, asked.profile)
    if (stops := _go_refuses(asked)) or source is None or source in visited:
        return stops
    if asked.read.profile(source) is None:
        return missing_source(asked)
    return _go_load_problem(asked.at(source), visited)


def _go_refuses(asked: Asked) -> tuple[str, str] | None:
    """What makes the Go SDK refuse a profile before it looks for its credentials."""
    values = asked.values
    # Of two sections, only the one in the credentials is looked at for a whole pair of keys, be it empty.
    latest = asked.read.credentials.get(asked.profile, asked.read.config.get(asked.profile, {}))
    if (KEY_ID in latest) != (SECRET in latest):
        return half_keys(asked)
    kinds = ("source_profile", "credential_source", "credential_process", "web_identity_token_file")
    there = [kind for kind in kinds if values.get(kind)]
    if len(there) > 1:
        names = " and ".join(there)
        return f"Profile {asked.profile!r} has {names}, of which Terraform takes only one.", f"Keep one of {names}."
    if there and there != ["credential_process"] and not values.get("role_arn"):
        return f"Profile {asked.profile!r} has {there[0]} but no role_arn.", "Add role_arn, or remove it."
    return _go_session_problem(asked) if values.get("sso_session") else None


def _go_session_problem(asked: Asked) -> tuple[str, str] | None:
    values = asked.values
    session = asked.read.sessions.get(values["sso_session"].strip())
    if session is None:
        return no_session(asked)
    for key in ("sso_region", "sso_start_url"):
        if values.get(key) and values[key] != session.get(key):
            return (
                f"Profile {asked.profile!r} and its sso-session disagree about {key}.",
                f"Remove {key} from the profile.",
            )
    return None


def _go_role_problem(asked: Asked, visited: tuple[str, ...]) -> tuple[str, str] | None:
    if stops := _go_refuses(asked):
        return stops
    values, visited = asked.values, (*visited, asked.profile)
    source = values.get("source_profile")
    if source is None:
        own = next(_go_own_sources(asked), None)
        if values.get("credential_source"):
            return origin_problem(asked) if own is None or own.provider is not Provider.KEYS else None
        return (own.problem, own.fix) if own is not None and own.problem else None
    theirs = asked.read.profile(source)
    if theirs is None:
        return missing_source(asked)
    if theirs.get(KEY_ID) and theirs.get(SECRET):
        return None
    first = next(_go_profile_sources(asked.at(source), visited), None) if source not in visited else None
    return loop(asked) if source in visited else source_problem(asked, first)


def _go_sso_problem(asked: Asked) -> tuple[str, str]:
    values = dict(asked.values)
    if values.get("sso_session"):
        if stops := _go_session_problem(asked):
            return stops
        values |= asked.read.sessions[values["sso_session"].strip()]
    return missing(asked, values, ("sso_region", "sso_start_url", "sso_account_id", "sso_role_name"))


def js_sources(asked: Asked) -> Iterator[Source]:
    """The AWS SDK for JavaScript v3."""
    env = asked.env
    has_keys = env.get("AWS_ACCESS_KEY_ID") and env.get("AWS_SECRET_ACCESS_KEY")
    if has_keys and not asked.explicit and not env.get("AWS_PROFILE"):
        yield env_keys(env)
    sources = list(_js_profile_sources(asked, ()))
    broken = [source for source in sources[:1] if source.gives_way]
    # After a profile whose role cannot be assumed it looks at nothing of the profile but its process.
    yield from (s for s in sources if not broken or s.provider is Provider.PROCESS)
    if env.get("AWS_WEB_IDENTITY_TOKEN_FILE") and env.get("AWS_ROLE_ARN"):
        yield Source(Provider.WEB_IDENTITY, env["AWS_ROLE_ARN"], "environment")
    yield from broken


def _js_profile_sources(asked: Asked, visited: tuple[str, ...]) -> Iterator[Source]:
    values = asked.values
    has_keys = KEY_ID in values and SECRET in values
    if has_keys and visited:
        yield keys(asked, values, asked.place(KEY_ID))
    if "role_arn" in values and ("source_profile" in values) != ("credential_source" in values):
        yield _js_role(asked, visited)
    if has_keys and not visited:
        yield keys(asked, values, asked.place(KEY_ID))
    if "web_identity_token_file" in values and "role_arn" in values:
        yield Source(Provider.WEB_IDENTITY, values["role_arn"], asked.place("web_identity_token_file"))
    if "credential_process" in values:
        yield process(asked)
    if any(key in values for key in _SSO_KEYS):
        yield sso(asked, _js_sso_problem(asked))
    if "login_session" in values:
        yield Source(Provider.LOGIN, values["login_session"], asked.place("login_session"))


def _js_role(asked: Asked, visited: tuple[str, ...]) -> Source:
    source = asked.values.get("source_profile")
    if source is None:
        problem = origin_problem(asked)
    elif source in visited:
        problem = loop(asked)
    elif asked.read.profile(source) is None:
        problem = missing_source(asked)
    else:
        first = next(_js_profile_sources(asked.at(source), (*visited, source)), None)
        problem = source_problem(asked, first)
        if first is not None and first.problem:
            return replace(role(asked, problem), gives_way=first.gives_way)
    return replace(role(asked, problem), gives_way=problem is not None)


def _js_sso_problem(asked: Asked) -> tuple[str, str]:
    values = dict(asked.values)
    if "sso_session" in values:
        session = asked.read.sessions.get(values["sso_session"])
        if session is None:
            return no_session(asked)
        values |= {key: session.get(key, "") for key in ("sso_region", "sso_start_url")}
    return missing(asked, values, ("sso_start_url", "sso_account_id", "sso_region", "sso_role_name"))
