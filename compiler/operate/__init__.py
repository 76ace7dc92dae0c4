"""What is done with a pipeline that is deployed: executions, versions, and its end."""
