"""What was learned and what is prepared: recommendations with their chain, contingency plans."""
