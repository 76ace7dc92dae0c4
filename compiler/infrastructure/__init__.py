"""A compiled pipeline as infrastructure: templates of it, and the policies of its roles."""
