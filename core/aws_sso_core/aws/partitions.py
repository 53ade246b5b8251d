"""AWS's regions, as botocore's partition data lists them; nothing is asked of AWS."""

from __future__ import annotations

import botocore.loaders

_PARTITIONS = ("aws", "aws-us-gov", "aws-cn", "aws-eusc")
"""Those that people can reach from the internet."""


def regions() -> dict[str, str]:
    """Region -> what AWS calls it, such as "Europe (Frankfurt)"; commercial ones first, else by name."""
    partitions = botocore.loaders.create_loader().load_data("partitions")["partitions"]
    known = {partition["id"]: partition["regions"] for partition in partitions}
    return {
        name: str(values.get("description", ""))
        for partition in _PARTITIONS
        for name, values in sorted(known.get(partition, {}).items())
        if not name.endswith("-global")
    }
