"""Regulators and what they publish."""
