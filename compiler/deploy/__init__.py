"""A compiled pipeline in AWS: what would change there, the change, and executions."""
