"""The policies of the roles that a pipeline needs, no wider than what it does."""
