"""Commands: one file each, imported on demand by main."""
