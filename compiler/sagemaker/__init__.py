"""What the service knows, as data: nothing here calls it."""
