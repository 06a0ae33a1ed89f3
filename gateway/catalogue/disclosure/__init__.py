"""Disclosure control: small counts of partner records, published so that no single count can be worked out."""
