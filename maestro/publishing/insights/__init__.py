"""Insights: the dashboards over all projects and entries."""
