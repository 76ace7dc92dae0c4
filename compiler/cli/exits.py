"""The exit statuses of `pipec` that are not 0; wrong use is click's own 2."""

ERRORS = 1
WORLD_FAILED = 3
CHANGES = 4
STILL_RUNNING = 5
INTERRUPTED = 130
