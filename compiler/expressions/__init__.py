"""The `${{ … }}` language: its syntax, its types and what its names are bound to."""
