"""Pages of the risk analysis: thin doors to its verbs."""
