"""Invented risk analysis for the demonstration, made by the verbs that officers use."""
