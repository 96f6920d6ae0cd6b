"""Invented work of the analysts for the demo; made by the verbs that officers use."""
