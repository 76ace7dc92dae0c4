"""Tests of a pipeline: its graph evaluated as SageMaker would, with no job run."""
