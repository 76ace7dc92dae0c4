"""A definition executed on this machine: no Docker, no AWS."""
