"""The pages of experts and deployments."""
