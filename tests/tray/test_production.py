"""Which profiles count as production, with the pattern that is built in."""

from __future__ import annotations

import pytest

from aws_sso_core.settings import DEFAULTS
from aws_sso_tray.production import is_production
from tray_samples import profile

PATTERN = DEFAULTS.production


@pytest.mark.parametrize("name", ["prod", "prod.admin", "acme-production.ro", "Payments-PROD", "myprod", "eu_prod_1"])
def test_production_is_found_wherever_it_stands(name: str) -> None:
    assert is_production(profile(name), PATTERN)


@pytest.mark.parametrize(
    "name", ["dev.admin", "nonprod.admin", "non-prod", "preprod", "pre-prod.ro", "product-api.dev"]
)
def test_what_only_sounds_like_production_is_not(name: str) -> None:
    assert not is_production(profile(name), PATTERN)


def test_the_accounts_name_counts_too() -> None:
    assert is_production(profile("acme.admin", account_name="Acme Production"), PATTERN)


def test_an_empty_pattern_marks_nothing() -> None:
    assert not is_production(profile("prod"), "")
