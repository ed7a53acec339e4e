"""Results by content key, runs side by side, and what ran for how long. It knows no ML."""
