"""Hyperparameters reach a script as SageMaker's training toolkit gives them.

The expected values were seen in a script that the real toolkit, version 5.1.4, ran.
"""

import pytest

from compiler.local.job import resource_config
from compiler.local.step_type import StepError
from compiler.local.toolkit import (
    Machine,
    ScriptJob,
    read_hyperparameters,
    script_arguments,
    script_environment,
)

HYPERPARAMETERS = {
    "sagemaker_program": "train.py",
    "sagemaker_submit_directory": "s3://b/code/sourcedir.tar.gz",
    "sagemaker_container_log_level": "20",
    "sagemaker_custom_setting": "1",
    "epochs": "3",
    "learning-rate": "1e-3",
    "version": '"1.10"',
    "flag": "true",
    "nothing": "null",
    "sizes": "[1, 2]",
    "weights": '{"b": 2, "a": "é"}',
    "z": "x",
    "plain": "hello world",
}


def test_the_command_line_is_sorted_and_decoded() -> None:
    script, _ = read_hyperparameters(HYPERPARAMETERS)
    assert script_arguments(script) == [
        *("--epochs", "3"),
        *("--flag", "True"),
        *("--learning-rate", "0.001"),
        *("--nothing", ""),
        *("--plain", "hello world"),
        *("--sizes", "[1, 2]"),
        *("--version", "1.10"),
        *("--weights", "a=é,b=2"),
        *("-z", "x"),
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SM_HP_EPOCHS", "3"),
        ("SM_HP_LEARNING-RATE", "0.001"),
        ("SM_HP_VERSION", "1.10"),
        ("SM_HP_FLAG", "true"),
        ("SM_HP_NOTHING", ""),
        ("SM_HP_SIZES", "[1,2]"),
        ("SM_HP_WEIGHTS", '{"a":"\\u00e9","b":2}'),
        ("SM_FRAMEWORK_PARAMS", '{"sagemaker_custom_setting":1}'),
        ("SM_CHANNELS", '["model","train"]'),
        ("SM_CHANNEL_TRAIN", "/opt/ml/input/data/train"),
        ("SM_MODEL_DIR", "/opt/ml/model"),
        ("SM_OUTPUT_DATA_DIR", "/opt/ml/output/data"),
        ("SM_OUTPUT_INTERMEDIATE_DIR", "/opt/ml/output/intermediate"),
        ("SM_INPUT_CONFIG_DIR", "/opt/ml/input/config"),
        ("SM_HOSTS", '["algo-1"]'),
        ("SM_CURRENT_HOST", "algo-1"),
        ("SM_CURRENT_INSTANCE_TYPE", "ml.g5.xlarge"),
        ("SM_NUM_CPUS", "8"),
        ("SM_NUM_GPUS", "2"),
        ("SM_IS_HETERO", "false"),
        ("SM_LOG_LEVEL", "20"),
        ("SM_MODULE_NAME", "train"),
        ("SM_MODULE_DIR", "s3://b/code/sourcedir.tar.gz"),
        ("SM_USER_ENTRY_POINT", "train.py"),
        ("SM_NETWORK_INTERFACE_NAME", "eth0"),
        ("CURRENT_HOST", "algo-1"),
        ("PYTHONPATH", "/opt/ml/code"),
    ],
)
def test_the_environment_says_it_too(name: str, value: str) -> None:
    script, settings = read_hyperparameters(HYPERPARAMETERS)
    job = ScriptJob(
        hyperparameters=script,
        settings=settings,
        module_dir="s3://b/code/sourcedir.tar.gz",
        channels={"train": {"TrainingInputMode": "File"}, "model": {"TrainingInputMode": "File"}},
        resources=resource_config({"InstanceType": "ml.g5.xlarge"}),
        job_name="job-1",
    )
    assert script_environment(job, Machine(cpus=8, gpus=2))[name] == value


def test_the_toolkits_own_settings_stay_out_of_the_script() -> None:
    script, settings = read_hyperparameters(HYPERPARAMETERS)
    assert not [name for name in script if name.startswith("sagemaker")]
    assert settings["sagemaker_program"] == "train.py"


@pytest.mark.parametrize("level", ["debug", "Infinity", "true", "[" * 100_000])
def test_a_log_level_is_a_number(level: str) -> None:
    script, settings = read_hyperparameters(
        {**HYPERPARAMETERS, "sagemaker_container_log_level": level}
    )
    job = ScriptJob(
        hyperparameters=script,
        settings=settings,
        module_dir="s3://b/code/sourcedir.tar.gz",
        channels={},
        resources=resource_config({}),
        job_name="job-1",
    )
    with pytest.raises(StepError, match=r"`sagemaker_container_log_level`: .* is not a number"):
        script_environment(job, Machine(cpus=8, gpus=2))
