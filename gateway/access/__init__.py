"""Who may see what: callers and their grants, agencies, agreements, API keys, row rules and the audit log."""
