"""An embedded IAM Identity Center on loopback, for the demo and for tests. Standard library only."""
