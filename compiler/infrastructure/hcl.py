"""Texts as Terraform takes them."""


def literal(text: str) -> str:
    """Return a text in which Terraform takes nothing for a template."""
    return text.replace("${", "$${").replace("%{", "%%{")
