"""What a training script sees of SageMaker's training toolkit: SM_* variables and argv."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from compiler.local.resolve import Json
from compiler.local.step_type import StepError

OPT_ML = PurePosixPath("/opt/ml")
HOST = "algo-1"
LOG_LEVEL = "sagemaker_container_log_level"
# Hyperparameters that are the toolkit's own. Others that begin with `sagemaker_` are its framework
# parameters; neither goes to the script.
RESERVED = frozenset(
    {
        "sagemaker_program",
        "sagemaker_submit_directory",
        "sagemaker_enable_cloudwatch_metrics",
        LOG_LEVEL,
        "sagemaker_region",
        "sagemaker_job_name",
        "sagemaker_s3_output",
        "default_user_module_name",
        "_tuning_objective_metric",
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Machine:
    """The size of the machine that a job sees."""

    cpus: int
    gpus: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ScriptJob:
    """A training job that runs a script by the toolkit's contract."""

    hyperparameters: Mapping[str, Json]
    settings: Mapping[str, Json]
    module_dir: str
    channels: Mapping[str, Mapping[str, str]]
    resources: Mapping[str, Json]
    job_name: str

    @property
    def entry(self) -> str:
        """The file that is run."""
        return str(self.settings["sagemaker_program"])

    @property
    def framework_parameters(self) -> dict[str, Json]:
        """The settings that are not the toolkit's own but the framework's."""
        return {name: value for name, value in self.settings.items() if name not in RESERVED}


def read_hyperparameters(
    values: Mapping[str, str],
) -> tuple[dict[str, Json], dict[str, Json]]:
    """Return the script's hyperparameters and the toolkit's settings, JSON-decoded."""
    decoded = {name: _decode(value) for name, value in values.items()}
    settings = {
        name: value
        for name, value in decoded.items()
        if name.startswith("sagemaker_") or name in RESERVED
    }
    script = {name: value for name, value in decoded.items() if name not in settings}
    return script, settings


def _decode(text: str) -> Json:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def script_arguments(hyperparameters: Mapping[str, Json]) -> list[str]:
    """Return the command line that the toolkit gives the script, sorted by name."""
    arguments: list[str] = []
    for name in sorted(hyperparameters):
        value = hyperparameters[name]
        if isinstance(value, dict):
            text = ",".join(f"{key}={value[key]}" for key in sorted(value))
        else:
            text = "" if value is None else str(value)
        arguments += [f"-{name}" if len(name) == 1 else f"--{name}", text]
    return arguments


def script_environment(job: ScriptJob, machine: Machine) -> dict[str, str]:
    """Return the variables that the toolkit gives the script, with the paths of /opt/ml."""
    groups = job.resources["instance_groups"]
    arguments = script_arguments(job.hyperparameters)
    description = _training_env(job, machine)
    values: dict[str, Json] = {
        "HOSTS": job.resources["hosts"],
        "NETWORK_INTERFACE_NAME": job.resources["network_interface_name"],
        "HPS": dict(job.hyperparameters),
        "USER_ENTRY_POINT": job.entry,
        "FRAMEWORK_PARAMS": job.framework_parameters,
        "RESOURCE_CONFIG": dict(job.resources),
        "INPUT_DATA_CONFIG": dict(job.channels),
        "OUTPUT_DATA_DIR": description["output_data_dir"],
        "OUTPUT_INTERMEDIATE_DIR": description["output_intermediate_dir"],
        "CHANNELS": sorted(job.channels),
        "CURRENT_HOST": job.resources["current_host"],
        "CURRENT_INSTANCE_TYPE": job.resources["current_instance_type"],
        "CURRENT_INSTANCE_GROUP": job.resources["current_group_name"],
        "CURRENT_INSTANCE_GROUP_HOSTS": groups[0]["hosts"],
        "INSTANCE_GROUPS": [group["instance_group_name"] for group in groups],
        "INSTANCE_GROUPS_DICT": {group["instance_group_name"]: group for group in groups},
        "DISTRIBUTION_INSTANCE_GROUPS": [],
        "IS_HETERO": False,
        "MODULE_NAME": description["module_name"],
        "LOG_LEVEL": description["log_level"],
        "FRAMEWORK_MODULE": "",
        "INPUT_DIR": description["input_dir"],
        "INPUT_CONFIG_DIR": description["input_config_dir"],
        "OUTPUT_DIR": str(OPT_ML / "output"),
        "NUM_CPUS": machine.cpus,
        "NUM_GPUS": machine.gpus,
        "NUM_NEURONS": 0,
        "MODEL_DIR": description["model_dir"],
        "MODULE_DIR": job.module_dir,
        "TRAINING_ENV": description,
        "USER_ARGS": arguments,
    }
    values |= {f"CHANNEL_{name.upper()}": _channel(name) for name in job.channels}
    values |= {f"HP_{name.upper()}": value for name, value in job.hyperparameters.items()}
    return {f"SM_{name}": text for name, text in _texts(values)} | {
        "CURRENT_HOST": job.resources["current_host"],
        "SAGEMAKER_JOB_NAME": str(job.settings.get("sagemaker_job_name", "")),
        "SAGEMAKER_REGION": str(job.settings.get("sagemaker_region", "")),
        "PYTHONPATH": str(OPT_ML / "code"),
    }


def _texts(values: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        match value:
            case None:
                yield name, ""
            case str():
                yield name, value
            case _:
                # With NaN where the hyperparameter is NaN, as the toolkit writes it.
                yield name, json.dumps(value, sort_keys=True, separators=(",", ":"))


def _log_level(settings: Mapping[str, Json]) -> int:
    level = settings.get(LOG_LEVEL, 20)
    if isinstance(level, int) and not isinstance(level, bool):
        return level
    reason = "is not a number such as 10 for debug or 20 for info"
    raise StepError(f"hyperparameter `{LOG_LEVEL}`: `{level}` {reason}")


def _channel(name: str) -> str:
    return str(OPT_ML / "input" / "data" / name)


def _training_env(job: ScriptJob, machine: Machine) -> dict[str, Json]:
    return {
        "additional_framework_parameters": job.framework_parameters,
        "channel_input_dirs": {name: _channel(name) for name in job.channels},
        "current_host": job.resources["current_host"],
        "current_instance_group": job.resources["current_group_name"],
        "current_instance_group_hosts": job.resources["instance_groups"][0]["hosts"],
        "current_instance_type": job.resources["current_instance_type"],
        "distribution_hosts": [],
        "distribution_instance_groups": [],
        "framework_module": None,
        "hosts": job.resources["hosts"],
        "hyperparameters": dict(job.hyperparameters),
        "input_config_dir": str(OPT_ML / "input" / "config"),
        "input_data_config": dict(job.channels),
        "input_dir": str(OPT_ML / "input"),
        "instance_groups": [g["instance_group_name"] for g in job.resources["instance_groups"]],
        "instance_groups_dict": {
            group["instance_group_name"]: group for group in job.resources["instance_groups"]
        },
        "is_hetero": False,
        "is_master": True,
        "is_modelparallel_enabled": None,
        "is_smddpmprun_installed": False,
        "is_smddprun_installed": False,
        "job_name": job.job_name,
        "log_level": _log_level(job.settings),
        "master_hostname": job.resources["hosts"][0],
        "model_dir": str(OPT_ML / "model"),
        "module_dir": job.module_dir,
        "module_name": job.entry.removesuffix(".py"),
        "network_interface_name": job.resources["network_interface_name"],
        "num_cpus": machine.cpus,
        "num_gpus": machine.gpus,
        "num_neurons": 0,
        "output_data_dir": str(OPT_ML / "output" / "data"),
        "output_dir": str(OPT_ML / "output"),
        "output_intermediate_dir": str(OPT_ML / "output" / "intermediate"),
        "resource_config": dict(job.resources),
        "topology": [],
        "user_entry_point": job.entry,
    }
