"""The API of experts and deployments."""
