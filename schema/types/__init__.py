"""GraphQL object types: records, values, pages and summaries."""
