"""HTTP: requests in, responses out, and what stands around them."""
