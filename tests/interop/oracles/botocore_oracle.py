"""Asks a real botocore what it takes: one case per line of JSON on standard input, one answer per line.

Run by the Python that has it: ours for boto3, the system's for the AWS CLI v2 (which carries a botocore of its own).
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

STATIC = {"env", "shared-credentials-file", "config-file", "custom-process"}


def session_of(family: str, profile: str | None) -> Any:
    """A session as boto3.Session(profile_name=...) or ``aws --profile ...`` makes it."""
    if family == "boto3":
        import boto3  # noqa: PLC0415 - the one Python has only this, the other only that

        session: Any = boto3.Session(profile_name=profile)._session
    else:
        from awscli.clidriver import create_clidriver  # type: ignore[import-not-found] # noqa: PLC0415 - as above

        session = create_clidriver().session
        if profile is not None:
            session.set_config_variable("profile", profile)
    return session


def answer(family: str, case: dict[str, Any]) -> dict[str, Any]:
    for name in [n for n in os.environ if n.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(case["env"])
    told: dict[str, Any] = {"profile": None, "region": None, "method": None, "key": None, "problem": None}
    try:
        session = session_of(family, case["profile"])
        told["profile"] = session.get_config_variable("profile") or "default"
        told["region"] = session.get_config_variable("region")
        credentials = session.get_credentials()
        if credentials is not None:
            told["method"] = credentials.method
            told["key"] = credentials.access_key if credentials.method in STATIC else None
    except Exception as error:  # noqa: BLE001 - whatever it is, the tool fails
        told["problem"] = f"{type(error).__name__}: {error}"
    return told


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(answer(sys.argv[1], json.loads(line))), flush=True)  # noqa: T201 - this is how it answers
