"""Agencies that send records of their own, for those with whom they share them."""
