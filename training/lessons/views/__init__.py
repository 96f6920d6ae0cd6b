"""The pages of recommendations and contingency plans."""
