"""Pages of projects: outcome, work, predictions, what explains them, and the timeline."""
