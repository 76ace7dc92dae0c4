"""Whether the caller's credentials are of the account that a pipeline is for."""

from collections.abc import Iterator

from compiler.compile import CompiledPipeline
from compiler.deploy.aws import Aws
from compiler.diagnostics import codes
from compiler.diagnostics.diagnostic import Diagnostic
from compiler.document.node import text_of


def check_account(aws: Aws, pipeline: CompiledPipeline) -> Iterator[Diagnostic]:
    """Yield that the account is another one, asking STS whose the credentials are."""
    node = pipeline.spec.account
    account = text_of(node)
    if node is not None and account is not None and account != aws.account:
        yield Diagnostic(
            code=codes.WRONG_ACCOUNT,
            message=f"the pipeline is for account `{account}`, the credentials are of"
            f" `{aws.account}`",
            span=node.span,
            hint=f"they are those of {aws.identity['Arn']}",
        )
