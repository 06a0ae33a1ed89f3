"""Rate limits: budgets and limits on failed attempts, over sliding windows in memory or in Redis."""
