"""Windows: shell, registry, window messages."""
