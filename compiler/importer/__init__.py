"""A pipeline definition back to a spec: SageMaker's JSON to YAML that a person can go on with."""
