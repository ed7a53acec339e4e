"""Delivery: deployments, lead times, failures and pull requests, counted from facts."""
