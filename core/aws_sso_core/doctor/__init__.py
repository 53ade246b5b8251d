"""The doctor: many small checks of this machine, each with what was seen and what to do about it.

``checkup`` says what a check is and runs them; the other modules hold the checks, one subject each; ``report`` makes
what was found fit to be shown to strangers.
"""
