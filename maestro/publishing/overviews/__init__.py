"""Home and the pages of its kind: Planner, Governance, Teams and Operations."""
