"""Tests of deployments, lead times, failures and pull requests."""
