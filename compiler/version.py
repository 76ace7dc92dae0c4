"""The version of pipec."""

VERSION = "0.1.0"
