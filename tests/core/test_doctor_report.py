from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aws_sso_core.doctor.report import redactor

redact = redactor(home="/home/jane", user="jane")


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("/home/jane/.aws/config is fine", "~/.aws/config is fine"),
        ("chmod 600 /home/jane/.aws/credentials", "chmod 600 ~/.aws/credentials"),
        ("/opt/jane/bin", "/opt/(user)/bin"),
        ("janet and mary-jane stay", "janet and mary-jane stay"),
        ("sso 123456789012 Admin", "sso (account) Admin"),
        ("arn:aws:iam::123456789012:role/x", "arn:aws:iam::(account):role/x"),
        ("1234567890123 is no account", "1234567890123 is no account"),
        ("https://corp.awsapps.com/start answers", "https://(portal).awsapps.com/... answers"),
        ("https://d-1234567890.awsapps.cn", "https://(portal).awsapps.cn"),
        ("https://ssoins-7.portal.eu-west-1.app.aws/x", "https://(portal).app.aws/..."),
        ("corp.awsapps.com/start is none", "https://(portal).awsapps.com/... is none"),
        ("(account).dkr.ecr.eu-west-1.amazonaws.com", "(account).dkr.ecr.eu-west-1.amazonaws.com"),
        ("AKIAIOSFODNN7EXAMPLE", "AKIA(key)"),
        ("mail jane.doe+aws@example.com.", "mail (e-mail)."),
    ],
)
def test_what_identifies_somebody_is_struck_out(line: str, shown: str) -> None:
    assert redact(line) == shown


@given(st.text(), st.from_regex(r"[0-9]{12}", fullmatch=True), st.text())
def test_no_account_number_survives(before: str, account: str, after: str) -> None:
    line = f"{before} {account} {after}"
    assert f" {account} " not in redact(line)


@given(st.text())
def test_redacting_twice_is_redacting_once(line: str) -> None:
    assert redact(redact(line)) == redact(line)


def test_a_home_that_is_the_root_strikes_out_nothing() -> None:
    assert redactor(home="/", user="me")("/etc/me") == "/etc/me"
