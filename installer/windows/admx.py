"""Writes the templates by which Windows' group policy editor and Intune offer our settings.

    python3 installer/windows/admx.py            writes policies/aws-sso-tray.admx and policies/en-US/aws-sso-tray.adml

Every setting stands there twice: as a policy, which nobody may overrule, and as a default. The program reads them as
``aws_sso_core.settings.managed`` says. Format: "ADMX syntax" in Microsoft's Group Policy documentation, and its schema
(``PolicyDefinitionFiles.xsd``), which wants ``supportedOn`` in each policy.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from aws_sso_core.desktop.windows.policies import DEFAULTS as DEFAULTS_KEY
from aws_sso_core.desktop.windows.policies import KEY
from aws_sso_core.settings import DEFAULTS, KEYS, Key
from aws_sso_core.settings.values import OneOf, YesNo

HERE = Path(__file__).parent / "policies"
ADMX, ADML = HERE / "aws-sso-tray.admx", HERE / "en-US" / "aws-sso-tray.adml"
_NAMESPACE = "http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions"
_KINDS = (("Policy", KEY), ("Default", DEFAULTS_KEY))
_REGISTRY_TYPES = {"Policy": "Settings that people cannot change", "Default": "Defaults that people can change"}


def admx() -> str:
    """What there is to set, and where it goes in the registry."""
    policies = "\n".join(_policy(key, kind, place) for kind, place in _KINDS for key in KEYS.values())
    return f"""<?xml version="1.0" encoding="utf-8"?>
<policyDefinitions xmlns="{_NAMESPACE}" revision="1.0" schemaVersion="1.0">
  <policyNamespaces>
    <target prefix="awsssotray" namespace="AwsSsoTray.Policies"/>
  </policyNamespaces>
  <resources minRequiredRevision="1.0"/>
  <supportedOn>
    <definitions><definition name="Windows" displayName="$(string.Windows)"/></definitions>
  </supportedOn>
  <categories>
    <category name="Product" displayName="$(string.Product)"/>
    <category name="Policy" displayName="$(string.Policy)"><parentCategory ref="Product"/></category>
    <category name="Default" displayName="$(string.Default)"><parentCategory ref="Product"/></category>
  </categories>
  <policies>
{policies}
  </policies>
</policyDefinitions>
"""


def adml() -> str:
    """What people read of it, in English."""
    strings = "\n".join(f'      <string id="{name}">{escape(text)}</string>' for name, text in _strings())
    shown = "\n".join(_presentation(key, kind) for kind, _ in _KINDS for key in KEYS.values() if not _is_switch(key))
    return f"""<?xml version="1.0" encoding="utf-8"?>
<policyDefinitionResources xmlns="{_NAMESPACE}" revision="1.0" schemaVersion="1.0">
  <displayName>aws-sso-tray</displayName>
  <description>Settings of aws-sso-tray.</description>
  <resources>
    <stringTable>
{strings}
    </stringTable>
    <presentationTable>
{shown}
    </presentationTable>
  </resources>
</policyDefinitionResources>
"""


def _policy(key: Key, kind: str, place: str) -> str:
    name = f"{kind}_{key.name}"
    head = (
        f'    <policy name="{name}" class="Machine" displayName="$(string.{key.name})" '
        f'explainText="$(string.{key.name}_help)" key={quoteattr(place)}'
    )
    parent = f'      <parentCategory ref="{kind}"/>\n      <supportedOn ref="Windows"/>'
    if _is_switch(key):
        values = '<enabledValue><decimal value="1"/></enabledValue><disabledValue><decimal value="0"/></disabledValue>'
        return f'{head} valueName="{key.name}">\n{parent}\n      {values}\n    </policy>'
    return (
        f'{head} presentation="$(presentation.{name})">\n{parent}\n'
        f"      <elements>\n{_element(key)}\n      </elements>\n    </policy>"
    )


def _element(key: Key) -> str:
    if not isinstance(key.kind, OneOf):
        return f'        <text id="value" valueName="{key.name}" required="true" maxLength="1023"/>'
    items = "".join(
        f'<item displayName="$(string.{key.name}_{word})"><value><string>{word}</string></value></item>'
        for word in key.kind.choices
    )
    return f'        <enum id="value" valueName="{key.name}" required="true">{items}</enum>'


def _presentation(key: Key, kind: str) -> str:
    if isinstance(key.kind, OneOf):
        inside = f'<dropdownList refId="value" noSort="true">{key.name}:</dropdownList>'
    else:
        usual = escape(key.shown(DEFAULTS))
        inside = f'<textBox refId="value"><label>{key.name}:</label><defaultValue>{usual}</defaultValue></textBox>'
    return f'      <presentation id="{kind}_{key.name}">{inside}</presentation>'


def _strings() -> Iterator[tuple[str, str]]:
    yield "Product", "aws-sso-tray"
    yield "Windows", "Windows 10 and 11"
    yield from _REGISTRY_TYPES.items()
    for key in KEYS.values():
        yield key.name, key.name.replace("_", " ").capitalize()
        yield f"{key.name}_help", f"{re.sub('`', '', key.meaning)}\n\nWithout it: {key.shown(DEFAULTS) or 'nothing'}"
        if isinstance(key.kind, OneOf):
            yield from ((f"{key.name}_{word}", word) for word in key.kind.choices)


def _is_switch(key: Key) -> bool:
    return isinstance(key.kind, YesNo)


def main() -> None:
    """Write both files."""
    for path, text in ((ADMX, admx()), (ADML, adml())):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())


if __name__ == "__main__":
    main()
