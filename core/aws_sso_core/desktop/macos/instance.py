"""One tray per person and machine: the lock is the same as on Linux."""

from aws_sso_core.desktop.linux.instance import LinuxInstance as MacInstance

__all__ = ["MacInstance"]
