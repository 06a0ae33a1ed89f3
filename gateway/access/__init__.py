"""Who may ask for more than the public may: agencies, their keys, and the agreements that they ask under."""
