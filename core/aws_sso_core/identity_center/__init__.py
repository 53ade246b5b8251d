"""IAM Identity Center: OIDC sign-in flows and the access portal."""
