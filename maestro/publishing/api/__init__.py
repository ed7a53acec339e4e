"""The static API below ``api/v1/``: its documents, their shapes and their description."""
