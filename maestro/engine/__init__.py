"""Results by content key, one run at a time, and what ran for how long. It knows no ML."""
