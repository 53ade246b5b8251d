"""How hard property tests look: an everyday run is quick, ``EXAMPLES=20 pytest ...`` looks twenty times as hard."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
    "project",
    max_examples=25 * int(os.environ.get("EXAMPLES", "1")),
    deadline=None,  # the machine is shared: a slow example is no failure
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("project")
