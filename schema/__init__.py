"""The published contract: GraphQL types, inputs and root fields. It does no I/O."""
