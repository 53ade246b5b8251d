"""The real aws-sso-util: which profile names it makes for a directory; one case per line, in and out.

Its ``configure populate --dry-run`` is run as it is, with the portal's answers put in front of it.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import types
import warnings
from typing import Any

import botocore.session
from aws_sso_util import populate_profiles as util  # type: ignore[import-not-found]

warnings.simplefilter("ignore")


class Portal:
    """Answers as boto3's client does."""

    def __init__(self, directory: list[Any]) -> None:
        self._directory = directory

    def list_accounts(self, **_: Any) -> dict[str, Any]:
        accounts = [{"accountId": number, "accountName": name} for number, name, _ in self._directory]
        return {"accountList": [{k: v for k, v in a.items() if v is not None} for a in accounts]}

    def list_account_roles(self, *, accountId: str, **_: Any) -> dict[str, Any]:  # noqa: N803 - botocore's
        names = next(roles for number, _, roles in self._directory if number == accountId)
        return {"roleList": [{"roleName": name, "accountId": accountId} for name in names]}


def answer(case: dict[str, Any]) -> dict[str, Any]:
    made: list[Any] = []

    def record(*values: Any) -> Any:
        made.append(values)
        return params(*values)

    params, util.ConfigParams = util.ConfigParams, record
    session: Any = botocore.session.Session
    session.create_client = lambda *_, **__: Portal(case["directory"])
    token = types.SimpleNamespace(fetch_token=lambda *_, **__: {"accessToken": "t"})
    util.get_token_fetcher = lambda *_, **__: token
    words = ["--sso-start-url", "https://x.awsapps.com/start", "--sso-region", "us-east-1", "--dry-run"]
    words += ["--existing-config-action", "discard", *case["options"]]
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            util.populate_profiles.main(words, prog_name="populate", standalone_mode=False)
    except SystemExit as error:
        return {"problem": f"exit {error.code}"}
    except Exception as error:  # noqa: BLE001 - whatever it says is the answer
        return {"problem": str(error) or type(error).__name__}
    finally:
        util.ConfigParams = params
    return {"problem": None, "names": [[number, role, region, name] for name, _, number, role, region in made]}


for line in sys.stdin:
    sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
    sys.stdout.flush()
