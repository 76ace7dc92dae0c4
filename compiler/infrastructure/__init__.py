"""A compiled pipeline as infrastructure: templates of it, and the policies of its roles."""

# What a pipeline can be written as, and the file in the build folder.
FORMS = {"cloudformation": "cloudformation.json", "terraform": "pipeline.tf.json"}
