"""Findings and records to pages and JSON: computes no number, and is the only maker of SVG."""
