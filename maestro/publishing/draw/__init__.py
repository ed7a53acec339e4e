"""Drawings in SVG: the only place where charts are made."""
