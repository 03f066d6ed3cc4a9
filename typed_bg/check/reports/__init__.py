"""A `Report` in the formats that people and machines read.

Each module has a function that takes a report and returns text; where the text goes is for the
caller. Nothing is imported here, for a format may need much that the others do not.
"""
