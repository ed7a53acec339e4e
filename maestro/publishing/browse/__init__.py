"""Finding and comparing entries: the Library and Compare."""
