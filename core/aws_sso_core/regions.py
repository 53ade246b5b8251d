"""AWS's regions, as botocore's partition data lists them; botocore itself is not loaded, and nothing is asked of AWS."""

from __future__ import annotations

import difflib
import importlib.util
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

_PARTITIONS = ("aws", "aws-us-gov", "aws-cn", "aws-eusc")
"""Those that people can reach from the internet."""


@cache
def known() -> dict[str, str]:
    """Region -> what AWS calls it, such as "Europe (Frankfurt)"; commercial ones first, else by name."""
    there = {partition["id"]: partition["regions"] for partition in json.loads(_data())["partitions"]}
    return {
        name: str(values.get("description", ""))
        for partition in _PARTITIONS
        for name, values in sorted(there.get(partition, {}).items())
        if not name.endswith("-global")
    }


def nearest(text: str) -> str | None:
    """The region that somebody may mean who writes this, by its name or its place: "eu-west1", "Ireland"."""
    return next(_meant(text.strip().lower()), None)


def _meant(text: str) -> Iterator[str]:
    regions = known()
    near = difflib.get_close_matches(text, regions, n=5)
    # Letters out of order ("us-esat-1") are likelier than others in their place, and the first region of a place is.
    yield from sorted(near, key=lambda name: (sorted(name) != sorted(text), name if name.startswith(text) else "~"))
    yield from (name for name, called in regions.items() if len(text) > 3 and text in called.lower())  # noqa: PLR2004 - "us"


def _data() -> bytes:
    found = importlib.util.find_spec("botocore")
    folders = found.submodule_search_locations if found else None
    return Path(*(folders or ())[:1], "data", "partitions.json").read_bytes()
