"""Police forces and what they publish."""
