"""The text of ~/.aws/config and credentials: its grammar, what AWS tools read in it, and changing it without losing a byte.

Pure: text in, text or values out. ``profiles.py`` is the store that reads the files.
"""
