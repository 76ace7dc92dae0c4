"""Say hello with packages."""

print("hello")
