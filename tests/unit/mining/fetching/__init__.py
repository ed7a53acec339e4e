"""Fetching CI records from fake servers on loopback."""
