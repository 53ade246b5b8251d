"""Our settings: what there is (``keys``, ``values``), the person's file (``store``), and administrators' (``managed``)."""

from aws_sso_core.settings.keys import DEFAULTS, KEYS, Key, Settings, SignInPolicy, Source
from aws_sso_core.settings.store import Layer, change, load, template

__all__ = [
    "DEFAULTS",
    "KEYS",
    "Key",
    "Layer",
    "Settings",
    "SignInPolicy",
    "Source",
    "change",
    "load",
    "template",
]
