"""Why what was asked of a pipeline in AWS is not done; nothing of it has been."""


class NotDoneError(Exception):
    """A mistake of the caller, or a state in which it can't be done, in words for people."""
