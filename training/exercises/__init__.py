"""Exercises: timed injects through the real path, observers, scores; replay."""
