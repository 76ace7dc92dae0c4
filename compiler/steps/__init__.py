"""What each step type is: one file per type, and the list of all of them."""

from compiler.steps.condition import CONDITION
from compiler.steps.fail import FAIL
from compiler.steps.processing import PROCESSING
from compiler.steps.register_model import REGISTER_MODEL
from compiler.steps.step_type import StepType
from compiler.steps.training import TRAINING

STEP_TYPES: dict[str, StepType] = {
    step_type.name: step_type
    for step_type in (PROCESSING, TRAINING, CONDITION, REGISTER_MODEL, FAIL)
}
