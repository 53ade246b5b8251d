"""Profiles inside WSL that ask the Windows program: the distributions, and the bridge into one."""
