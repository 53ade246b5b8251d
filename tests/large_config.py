"""Configs as large as people have them, for measuring."""

from __future__ import annotations

ROLES = ("AdministratorAccess", "ReadOnlyAccess", "PowerUserAccess", "Billing")
STAGES = ("dev", "test", "staging", "prod")


def name(number: int) -> str:
    """Of a profile."""
    return f"team{number // 40:03}.{STAGES[number // 4 % 4]}{number // 16}.{ROLES[number % 4].lower()}"


def config(count: int) -> str:
    """One session and this many profiles."""
    sections = [
        (
            "[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = us-east-1\n"
            "sso_registration_scopes = sso:account:access\n"
        )
    ]
    for n in range(count):
        account = n // 4
        sections.append(
            f"[profile {name(n)}]\nsso_session = corp\n"
            f"sso_account_id = {200000000000 + account}\nsso_account_name = Team {n // 40} {STAGES[account % 4]}\n"
            f"sso_role_name = {ROLES[n % 4]}\nregion = eu-west-1\n"
        )
    return "\n".join(sections)
