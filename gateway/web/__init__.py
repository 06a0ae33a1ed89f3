"""The pages for people: their sources in TypeScript, and the routes to what is built from them."""
