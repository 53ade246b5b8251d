"""A program, a shell, or whoever asks by HTTP as a profile: `exec`, `env` and `serve`."""
