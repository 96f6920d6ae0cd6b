"""The kernel of the portal, and its version."""

__version__ = "0.1.0"
