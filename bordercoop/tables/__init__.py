"""Tables that officers bring in or take out: CSV and spreadsheets, read and written row by row.

Knows nothing of what a row means. See docs/import-export.md.
"""
