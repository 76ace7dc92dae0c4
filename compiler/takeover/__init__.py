"""What is deployed into the spec that is there already, which stays as its author wrote it."""
