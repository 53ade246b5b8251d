"""The MSI for administrators: all users of a machine, below Program Files, from the folder that ``stage.py`` laid.

wixl writes the database from ``package.wxs`` text made here; what wixl does not know (the PATH, the identity of a shortcut) is
added as rows of Windows Installer's own tables by ``msibuild``. Both come with msitools.

A program in use is ended by Windows's Restart Manager, which asks the tray as at log-off.
"""

from __future__ import annotations

import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import quoteattr

from aws_sso_core.desktop.windows.identity import AUMID

UPGRADE_CODE = "6D0A2B0C-6B1E-4B36-9B69-0A5D1B1B7C7E"
"""Says that a newer package is the same product; must never change."""
NAMESPACE = uuid.UUID("c2a3a1d2-7e0a-4f43-9e0e-1f0f4b6f6a10")
"""Gives each file's component the same id in every build, which Windows Installer demands."""

HEAD = """<?xml version="1.0" encoding="utf-8"?>
<Wix xmlns="http://schemas.microsoft.com/wix/2006/wi">
 <Product Id="*" Name="AWS SSO Tray" Language="1033" Version={version} Manufacturer={publisher} UpgradeCode="{upgrade}">
  <Package InstallerVersion="500" Compressed="yes" InstallScope="perMachine" Description={shown}/>
  <MajorUpgrade DowngradeErrorMessage="A newer version of AWS SSO Tray is installed already."/>
  <Media Id="1" Cabinet="app.cab" EmbedCab="yes"/>
  <Icon Id="app.ico" SourceFile={icon}/>
  <Property Id="ARPPRODUCTICON" Value="app.ico"/>
  <Property Id="ARPNOMODIFY" Value="1"/>
  <Directory Id="TARGETDIR" Name="SourceDir">
   <Directory Id="ProgramFiles64Folder"><Directory Id="INSTALLDIR" Name="aws-sso-tray">
"""
TAIL = """
   </Directory></Directory>
   <Directory Id="ProgramMenuFolder">
    <Component Id="StartMenu" Guid="{menu}" Win64="yes">
     <Shortcut Id="Entry" Name="AWS SSO Tray" Target="[INSTALLDIR]aws-sso-trayw.exe" Arguments="show" Icon="app.ico"
       Description="Keeps you signed in to AWS IAM Identity Center"/>
     <RegistryValue Root="HKLM" Key="Software\\aws-sso-tray" Name="StartMenu" Type="integer" Value="1" KeyPath="yes"/>
    </Component>
   </Directory>
   <Component Id="Path" Guid="{path}" Win64="yes">
    <RegistryValue Root="HKLM" Key="Software\\aws-sso-tray" Name="InstallLocation" Type="string" Value="[INSTALLDIR]" KeyPath="yes"/>
   </Component>
   <Component Id="Autostart" Guid="{autostart}" Win64="yes">
    <RegistryValue Root="HKLM" Key="Software\\Microsoft\\Windows\\CurrentVersion\\Run" Name="aws-sso-tray" Type="string"
      Value="&quot;[INSTALLDIR]aws-sso-trayw.exe&quot;" KeyPath="yes"/>
   </Component>
  </Directory>
"""
TABLES = {
    # =: set at install; -: taken back at uninstall; *: the machine's, not a person's. [~] stands for what is there.
    "Environment": "Environment\tName\tValue\tComponent_\ns72\tl255\tL255\ts72\nEnvironment\tEnvironment\n"
    "Path\t=-*PATH\t[~];[INSTALLDIR]\tPath\n",
    "MsiShortcutProperty": "MsiShortcutProperty\tShortcut_\tPropertyKey\tPropVariantValue\ns72\ts72\ts0\ts0\n"
    f"MsiShortcutProperty\tMsiShortcutProperty\nIdentity\tEntry\tSystem.AppUserModel.ID\t{AUMID}\n",
}
SEQUENCE = (("WriteEnvironmentStrings", 5200), ("RemoveEnvironmentStrings", 3300))
"""Standard actions and their recommended places."""


def make(app: Path, package: Path, *, version: str, shown: str, publisher: str, work: Path) -> None:
    """Write ``package`` from the folder ``app``."""
    source = work / "package.wxs"
    source.write_text(text(app, version=version, shown=shown, publisher=publisher), encoding="utf-8")
    # It finds files from the current folder only.
    subprocess.run(["wixl", "-a", "x64", "-o", str(package), str(source)], cwd=app, check=True)
    for name, rows in TABLES.items():
        table = work / f"{name}.idt"
        table.write_text(rows.replace("\n", "\r\n"), encoding="ascii", newline="")
        subprocess.run(["msibuild", str(package), "-i", str(table)], check=True)
    for action, place in SEQUENCE:
        insert = f"INSERT INTO `InstallExecuteSequence` (`Action`, `Sequence`) VALUES ('{action}', {place})"
        subprocess.run(["msibuild", str(package), "-q", insert], check=True)


def text(app: Path, *, version: str, shown: str, publisher: str) -> str:
    """The source for wixl."""
    files: list[str] = []
    tree = "\n".join(_folder(app, app, files))
    head = HEAD.format(
        version=quoteattr(version),
        publisher=quoteattr(publisher),
        shown=quoteattr(f"AWS SSO Tray {shown}"),
        icon=quoteattr("aws-sso-tray.ico"),
        upgrade=UPGRADE_CODE,
    )
    tail = TAIL.format(**{name: _guid(f"component {name}") for name in ("menu", "path", "autostart")})
    # Of a level above the usual one: installed only when it is asked for, by ADDLOCAL=ALL.
    features = _feature("Program", 1, [*files, "StartMenu", "Path"]) + _feature("Autostart", 2, ["Autostart"])
    return f"{head}{tree}{tail}{features} </Product>\n</Wix>\n"


def _feature(name: str, level: int, components: list[str]) -> str:
    parts = "\n".join(f'   <ComponentRef Id="{component}"/>' for component in components)
    return f'  <Feature Id="{name}" Level="{level}">\n{parts}\n  </Feature>\n'


def _folder(folder: Path, app: Path, files: list[str]) -> Iterator[str]:
    """A component for each file, as Windows Installer repairs and replaces by component; ids are put in ``files``."""
    for place in sorted(folder.iterdir()):
        inside = place.relative_to(app).as_posix()
        key = uuid.uuid5(NAMESPACE, inside).hex
        if place.is_dir():
            yield f'<Directory Id="d{key}" Name={quoteattr(place.name)}>'
            yield from _folder(place, app, files)
            yield "</Directory>"
            continue
        files.append(f"c{key}")
        yield f'<Component Id="c{key}" Guid="{_guid(inside)}" Win64="yes">'
        yield f'<File Id="f{key}" Name={quoteattr(place.name)} Source={quoteattr(inside)} KeyPath="yes"/></Component>'


def _guid(name: str) -> str:
    return str(uuid.uuid5(NAMESPACE, name)).upper()
