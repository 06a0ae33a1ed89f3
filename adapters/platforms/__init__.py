"""Sources that platforms publish, or that others gather from what platforms say."""
