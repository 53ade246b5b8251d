"""The active default profile: made, undone, remembered, and held against what hides it.

``switch`` is the job that menu, picker and ``use`` call.
"""
