"""Budgets and sliding windows, in memory or in Redis."""
