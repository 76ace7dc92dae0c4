"""The code that steps run: templates rendered, folders read, both packed."""
