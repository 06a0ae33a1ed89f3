"""Published figures: totals where a sum is sound, and comparisons of sources."""
