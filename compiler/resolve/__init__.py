"""What the names in expressions stand for, and of which type they are."""
