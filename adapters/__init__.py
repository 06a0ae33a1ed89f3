"""Where data comes from: sources, their records and their vocabulary. Knows no GraphQL and no store."""
