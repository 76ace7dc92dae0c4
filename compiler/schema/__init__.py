"""The JSON Schema of the language, and documents held against it."""
