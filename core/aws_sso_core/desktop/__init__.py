"""The desktop, chosen once for this system."""
