"""The API of recommendations and contingency plans."""
