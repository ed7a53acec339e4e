"""From pages that were made to a finished tree: shells, stamping, memory, audit and swap."""
