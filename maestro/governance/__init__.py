"""What a change of records means, and the rules it must meet. Pure: reads findings, no models."""
