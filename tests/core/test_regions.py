"""AWS's regions, as botocore lists them."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from aws_sso_core import regions


def test_the_regions_have_names_that_people_know() -> None:
    known = regions.known()
    assert known["eu-central-1"] == "Europe (Frankfurt)"
    assert {"us-gov-west-1", "cn-north-1"} <= known.keys()
    assert not [name for name in known if name.endswith("global")]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("eu-wst-1", "eu-west-1"),
        ("us-esat-1", "us-east-1"),
        ("us-west1", "us-west-1"),
        ("eu-west", "eu-west-1"),
        ("frankfurt", "eu-central-1"),
        ("us", None),
        ("", None),
    ],
)
def test_a_slip_and_the_name_of_a_place_lead_to_the_region(written: str, meant: str | None) -> None:
    assert regions.nearest(written) == meant


def test_the_list_costs_no_botocore() -> None:
    code = "import json, sys; from aws_sso_core import regions; regions.known(); print(json.dumps('botocore' in sys.modules))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=120)
    assert json.loads(told.stdout) is False
