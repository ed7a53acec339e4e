"""Numbers across projects: success, impact, models of outcomes. Makes findings, reads no files."""
