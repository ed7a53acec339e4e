"""CI records: files of any known shape in, facts and a report of what was not understood out."""
