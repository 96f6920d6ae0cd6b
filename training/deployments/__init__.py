"""Experts and their deployments, from the need to the debriefing."""
