"""macOS: launchd, Notification Center."""
