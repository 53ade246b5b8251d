"""The group policy templates offer every setting, and are those that are checked in."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType
from xml.etree import ElementTree as ET

import pytest

from aws_sso_core.settings import KEYS

FILE = Path(__file__).parents[2] / "installer" / "windows" / "admx.py"
NS = {"p": "http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions"}


@pytest.fixture(scope="module")
def admx() -> ModuleType:
    spec = importlib.util.spec_from_file_location("admx", FILE)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_files_are_those_that_the_settings_make(admx: ModuleType) -> None:
    assert admx.ADMX.read_text(encoding="utf-8") == admx.admx(), "run: python installer/windows/admx.py"
    assert admx.ADML.read_text(encoding="utf-8") == admx.adml(), "run: python installer/windows/admx.py"


def test_every_setting_can_be_policy_and_default_and_goes_where_the_program_looks(admx: ModuleType) -> None:
    policies = ET.fromstring(admx.admx()).findall("p:policies/p:policy", NS)
    said = {(p.get("key"), value_name(p)) for p in policies}
    wanted = {(rf"Software\Policies\aws-sso-tray{end}", name) for end in ("", r"\Defaults") for name in KEYS}
    assert said == wanted


def test_every_policy_has_its_parts_in_the_order_of_the_schema(admx: ModuleType) -> None:
    """PolicyDefinitionFiles.xsd, type PolicyDefinition: what has no ``minOccurs`` of 0 must be there."""
    root = ET.fromstring(admx.admx())
    assert parts(root) == ["policyNamespaces", "resources", "supportedOn", "categories", "policies"]
    known = {d.get("name") for d in root.iterfind("p:supportedOn/p:definitions/p:definition", NS)}
    for policy in root.iterfind("p:policies/p:policy", NS):
        assert parts(policy)[:2] == ["parentCategory", "supportedOn"]
        assert parts(policy)[2:] in (["enabledValue", "disabledValue"], ["elements"])
        assert {on.get("ref") for on in policy.iterfind("p:supportedOn", NS)} <= known


def parts(element: ET.Element) -> list[str]:
    return [child.tag.rpartition("}")[2] for child in element]


def value_name(policy: ET.Element) -> str | None:
    inner = policy.find("p:elements/*", NS)
    return policy.get("valueName") if inner is None else inner.get("valueName")


def test_every_word_and_form_that_the_template_names_is_there(admx: ModuleType) -> None:
    resources = ET.fromstring(admx.adml())
    strings = {s.get("id") for s in resources.iterfind(".//p:string", NS)}
    forms = {s.get("id") for s in resources.iterfind(".//p:presentation", NS)}
    assert set(re.findall(r"\$\(string\.(\w+)\)", admx.admx())) == strings
    assert set(re.findall(r"\$\(presentation\.(\w+)\)", admx.admx())) == forms
