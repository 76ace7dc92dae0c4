"""What the compiler tells its user: places, codes, messages and their rendering."""
