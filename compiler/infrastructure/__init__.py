"""A compiled pipeline as infrastructure: CloudFormation, Terraform, and the policies of its roles."""
