"""The autograder of torchgrade: it cannot be fooled, it is never unfair, it teaches."""

__version__ = "0.1.0"
__all__ = ["__version__"]
