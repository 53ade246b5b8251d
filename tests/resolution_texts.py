"""Configs, credentials files and environments for tests that hold ``resolve`` against the real AWS tools."""

from __future__ import annotations

from pathlib import Path

from hypothesis import strategies as st

from resolution_world import START_URL

PROCESS, TOKEN = "<process>", "<token>"
"""Stand for places in the home."""

KEYS = ("aws_access_key_id = {0}KEY\naws_secret_access_key = s",)
IDENTITIES = st.sampled_from(
    [
        "",
        "sso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Admin",
        "sso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Admin\nsso_region = us-east-1",
        "sso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Admin\nsso_region = eu-west-9",
        "sso_session = gone\nsso_account_id = 111122223333\nsso_role_name = Admin",
        "sso_session = corp",
        f"sso_start_url = {START_URL}\nsso_region = us-east-1\nsso_account_id = 000123456789\nsso_role_name = Audit",
        f"sso_start_url = {START_URL}\nsso_account_id = 000123456789\nsso_role_name = Audit",
        "sso_region = us-east-1",
        "SSO_Account_Id = 111122223333",
    ]
)
LINES = st.sampled_from(
    [
        "region = eu-west-1",
        "Region = eu-west-2",
        "region: eu-west-3",
        "region = eu-north-1 # where I live",
        "  region = eu-south-1",
        "output = json",
        "# region = us-west-2",
        "s3 =\n  max_queue_size = 10",
        "aws_access_key_id = {0}KEY\naws_secret_access_key = s",
        "aws_access_key_id = {0}KEY\naws_secret_access_key = s\naws_session_token = t",
        "aws_access_key_id = {0}KEY",
        f"credential_process = {PROCESS}",
        "role_arn = arn:aws:iam::111122223333:role/{0}\nsource_profile = base",
        "role_arn = arn:aws:iam::111122223333:role/{0}\nsource_profile = dev",
        "role_arn = arn:aws:iam::111122223333:role/{0}",
        "role_arn = arn:aws:iam::111122223333:role/{0}\ncredential_source = Environment",
        f"role_arn = arn:aws:iam::111122223333:role/{{0}}\nweb_identity_token_file = {TOKEN}",
    ]
)
HEADERS = st.sampled_from(
    ["default", "profile default", "profile dev", "profile base", "profile 'dev'", "dev", "profile  dev"]
)
BASE = "[profile base]\naws_access_key_id = BASEKEY\naws_secret_access_key = s\n"
SESSION = f"[sso-session corp]\nsso_start_url = {START_URL}\nsso_region = us-east-1\n"


def section(header: str, identity: str, lines: list[str]) -> str:
    return f"[{header}]\n" + "".join(f"{line}\n" for line in (identity, *lines)).replace(
        "{0}", header.rpartition(" ")[2]
    )


SECTIONS = st.builds(section, HEADERS, IDENTITIES, st.lists(LINES, max_size=3, unique_by=lambda line: line[:8].lower()))
CONFIGS = st.builds(
    lambda sections, base, session: "\n".join((*sections, *base, *session)),
    st.lists(SECTIONS, max_size=3, unique_by=lambda text: text.partition("]")[0]),
    st.sampled_from([(), (), (BASE,)]),
    st.sampled_from([(SESSION,), (SESSION,), ()]),
)
CREDENTIALS = st.lists(
    st.builds(
        section,
        st.sampled_from(["default", "dev", "profile dev"]),
        st.just(""),
        st.lists(LINES, max_size=2, unique_by=lambda line: line[:8].lower()),
    ),
    max_size=2,
    unique_by=lambda text: text.partition("]")[0],
).map("\n".join)
ENVIRONMENTS = st.fixed_dictionaries(
    {},
    optional={
        "AWS_PROFILE": st.sampled_from(["dev", "default", "gone"]),
        "AWS_DEFAULT_PROFILE": st.sampled_from(["dev", "base", "gone"]),
        "AWS_REGION": st.just("ap-south-1"),
        "AWS_DEFAULT_REGION": st.just("ap-east-1"),
        "AWS_ACCESS_KEY_ID": st.just("ENVKEY"),
        "AWS_SECRET_ACCESS_KEY": st.just("s"),
        "AWS_WEB_IDENTITY_TOKEN_FILE": st.just(TOKEN),
        "AWS_ROLE_ARN": st.just("arn:aws:iam::111122223333:role/env"),
    },
)


def placed(text: str, folder: Path) -> str:
    return text.replace(PROCESS, f"sh {folder / 'keys.sh'}").replace(TOKEN, str(folder / "web-token"))
