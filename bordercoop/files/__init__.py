"""Files that officers bring: what is let in, where it lies, and how it goes out again.

Knows nothing of what a file belongs to. See docs/files.md.
"""
