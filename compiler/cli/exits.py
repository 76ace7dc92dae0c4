"""The exit statuses of `pipec`; wrong use is click's own 2."""

SUCCESS = 0
ERRORS = 1
WORLD_FAILED = 3
