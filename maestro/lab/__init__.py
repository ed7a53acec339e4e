"""The lab: numbers within one project. It returns them and draws nothing."""
