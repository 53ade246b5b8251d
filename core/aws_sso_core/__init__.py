"""Core of aws-sso-tray: the files every AWS tool reads, and IAM Identity Center."""
