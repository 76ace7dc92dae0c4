"""A compiled pipeline as CloudFormation and Terraform, and the policies of its roles."""
