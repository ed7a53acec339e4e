"""The commands: the only place that prints, reads the environment and exits."""
