"""Records: from the folders of a repository to a catalog with its faults, and back."""
