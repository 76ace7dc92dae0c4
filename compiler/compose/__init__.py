"""What is known when compiling, put in its place: target, defaults, variables."""
