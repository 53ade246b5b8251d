"""Amazon ECR as Docker sees it: hosts and whose they are, the profile for one, Docker's config, kept passwords."""
