"""Ask an SDK for all images: run by the interpreter of the SDK's venv.

python tests/images/emit.py v2|v3 FILE
"""

import functools
import importlib
import json
import logging
import sys
from pathlib import Path
from typing import Any

# Found beside this file, since the SDK's interpreter knows nothing of the tests.
from combinations import BASE_PYTHON, Request, requests  # type: ignore[import-not-found]

REFUSED = "-"
MODULES = {"v2": "sagemaker.image_uris", "v3": "sagemaker.core.image_uris"}


def main(sdk: str, path: str) -> None:
    """Write a line for each request: the request as JSON, a tab, the URI or a dash."""
    logging.disable(logging.CRITICAL)
    module: Any = importlib.import_module(MODULES[sdk])
    # Read each file once, not once for each request.
    folder = Path(module.__file__).parent / "image_uri_config"
    module.config_for_framework = functools.cache(module.config_for_framework)
    module.utils._botocore_resolver = functools.cache(module.utils._botocore_resolver)
    frameworks = {file.stem: json.loads(file.read_text()) for file in folder.glob("*.json")}
    del frameworks["instance_gpu_info"]
    with Path(path).open("w") as file:
        asked = requests(frameworks, sorted(_regions(frameworks)))
        file.writelines(f"{json.dumps(each)}\t{_answer(module, each)}\n" for each in asked)


def _answer(module: Any, request: Request) -> str:
    try:
        return str(_uri(module, request))
    except Exception:  # noqa: BLE001
        # The SDK refuses with whatever comes up: ValueError, KeyError, TypeError, AttributeError.
        return REFUSED


def _uri(module: Any, request: Request) -> str:
    framework, region = request["framework"], request["region"]
    if framework == BASE_PYTHON:
        chosen = {"py_version": request["python"]} if request["python"] else {}
        return str(module.get_base_python_image_uri(region, **chosen))
    arguments = {
        "version": request["version"],
        "py_version": request["python"],
        "instance_type": request["instance"],
        "accelerator_type": request.get("accelerator"),
        "image_scope": request["scope"],
        "container_version": request.get("container"),
        "distribution": {"smdistributed": {}} if request.get("smdistributed") else None,
        "base_framework_version": request.get("base"),
        "training_compiler_config": request.get("compiler"),
        "sdk_version": request.get("sdk"),
        "inference_tool": request.get("tool"),
        "serverless_inference_config": request.get("serverless"),
    }
    if not request.get("container"):
        arguments["container_version"] = _of_estimator(module, request)
    return str(module.retrieve(framework, region, **arguments))


def _of_estimator(module: Any, request: Request) -> str | None:
    """Return the container version that the SDK's estimator asks `retrieve` for.

    An estimator always knows its instance type.
    """
    arguments = {
        "framework": request["framework"],
        "framework_version": request["version"],
        "instance_type": request["instance"] or "ml.g4dn.xlarge",
        "compiler_config": request.get("compiler"),
    }
    if request["framework"] == "huggingface" and request["scope"] == "training":
        if (request["instance"] or "").startswith(("ml.inf", "ml.trn")):
            return None
        arguments["pytorch_version"] = request["base"]
    elif request["framework"] == "pytorch-smp":
        parallel = {"modelparallel": {"enabled": True}}
        arguments["distribution"] = {"torch_distributed": {}, "smdistributed": parallel}
    else:
        return None
    asked: dict[str, str | None] = {}
    retrieve, module.retrieve = module.retrieve, lambda *_, **given: asked.update(given)
    try:
        module.get_training_image_uri(request["region"], **arguments)
    finally:
        module.retrieve = retrieve
    return asked["container_version"]


def _regions(value: Any) -> set[str]:
    if not isinstance(value, dict):
        return set()
    found = set(value.get("registries", ()))
    return found.union(*(_regions(each) for each in value.values()))


if __name__ == "__main__":
    main(*sys.argv[1:])
