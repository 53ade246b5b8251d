"""Linux: D-Bus, XDG."""
