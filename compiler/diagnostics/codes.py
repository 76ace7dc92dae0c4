"""Every diagnostic code, one line each; a number is never used again."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """The stable name of one kind of mistake; `E` stops the compilation, `W` does not."""

    id: str
    name: str

    @property
    def is_error(self) -> bool:
        """Whether a diagnostic with this code stops the compilation."""
        return self.id.startswith("E")

    @property
    def is_ignorable(self) -> bool:
        """Whether a spec that has it can still be compiled, so that a person may decide.

        Those are warnings, what the service model and the rules say of requests, since either may
        be older than the service, and the policy of a project, which is one of people.
        """
        is_about_requests = "E501" <= self.id <= "E569" or "E580" <= self.id <= "E589"
        return not self.is_error or is_about_requests


# What can be ignored or lowered, in words.
IGNORABLE = "warnings, and errors from E501 to E569 and from E580 to E589, can be"


# E1xx: reading the file
SYNTAX = Code("E101", "yaml-syntax")
TAB_INDENT = Code("E102", "tab-indentation")
DUPLICATE_KEY = Code("E103", "duplicate-key")
ENCODING = Code("E104", "not-utf-8")
ALIAS = Code("E105", "bad-alias")
TOO_LARGE = Code("E106", "too-large")
NOT_ONE_DOCUMENT = Code("E107", "not-one-document")
UNSUPPORTED_YAML = Code("E108", "unsupported-yaml")
UNREADABLE = Code("E109", "unreadable-file")

# E11x: comments in a spec and the project's settings
MALFORMED_COMMENT = Code("E110", "malformed-comment")
UNKNOWN_CODE = Code("E111", "unknown-code")
MISSING_REASON = Code("E112", "missing-reason")
NOT_IGNORABLE = Code("E113", "not-ignorable")
STALE_IGNORE = Code("W110", "stale-ignore")

# E2xx: the shape of the document
UNKNOWN_FIELD = Code("E201", "unknown-field")
MISSING_FIELD = Code("E202", "missing-field")
WRONG_TYPE = Code("E203", "wrong-type")
INVALID_VALUE = Code("E204", "invalid-value")
OUT_OF_RANGE = Code("E205", "out-of-range")
INVALID_NAME = Code("E206", "invalid-name")
UNKNOWN_STEP_TYPE = Code("E207", "unknown-step-type")
UNKNOWN_KIND = Code("E208", "unknown-kind")
UNKNOWN_TARGET = Code("E209", "unknown-target")
SEVERAL_DEFAULT_TARGETS = Code("E210", "several-default-targets")
CONFLICTING_FIELDS = Code("E211", "conflicting-fields")

# E3xx: expressions and what the spec means
EXPRESSION_SYNTAX = Code("E301", "expression-syntax")
UNKNOWN_NAME = Code("E302", "unknown-name")
TYPE_MISMATCH = Code("E303", "type-mismatch")
WRONG_TIME = Code("E304", "wrong-time")
UNKNOWN_FUNCTION = Code("E305", "unknown-function")
UNKNOWN_PROPERTY = Code("E306", "unknown-property")
UNKNOWN_JSON_PATH = Code("E307", "unknown-json-path")
VARIABLE_CYCLE = Code("E308", "variable-cycle")
MISSING_ENVIRONMENT = Code("E309", "missing-environment-variable")
INVALID_DEFAULT = Code("E310", "invalid-default")
INVALID_REGEX = Code("E311", "invalid-regex")
DUPLICATE_CHANNEL = Code("E312", "duplicate-channel")
WAIT_BELOW_RUN = Code("E313", "wait-below-run")
UNKNOWN_INPUT = Code("E315", "unknown-input")
MISSING_INPUT = Code("E316", "missing-input")
UNKNOWN_HYPERPARAMETER = Code("E317", "unknown-hyperparameter")
UNKNOWN_OUTPUT = Code("E318", "unknown-output")
TEMPLATE_STEP_TYPE = Code("E319", "template-not-for-step-type")
MISSING_STORAGE = Code("E320", "missing-storage")
UNUSED_PARAMETER = Code("W301", "unused-parameter")
UNUSED_VARIABLE = Code("W302", "unused-variable")

# E4xx: the graph
CYCLE = Code("E401", "dependency-cycle")
UNKNOWN_STEP = Code("E402", "unknown-step")
STEP_IN_TWO_BRANCHES = Code("E403", "step-in-two-branches")
OTHER_BRANCH = Code("E404", "step-in-other-branch")
OUTSIDE_BRANCH = Code("E405", "step-inside-branch")
AFTER_FAIL = Code("E406", "after-fail-step")
NOT_IN_BODY = Code("E407", "not-in-body")
ITERATION_NAME = Code("E408", "name-of-an-iteration")
ITERATION_REFERENCE = Code("E409", "iteration-reference")
NESTED_TOO_DEEP = Code("E410", "nested-too-deep")
AFTER_CONDITION = Code("W401", "after-condition-step")
NESTED_CONDITION = Code("W402", "nested-condition")
NO_BRANCHES = Code("W403", "condition-without-branches")
SAME_PLACE = Code("W404", "same-place-for-each-item")

# E5xx: the request that a step sends to SageMaker
UNKNOWN_MEMBER = Code("E501", "unknown-member")
MISSING_MEMBER = Code("E502", "missing-member")
MEMBER_TYPE = Code("E503", "member-type")
MEMBER_ENUM = Code("E504", "member-enum")
MEMBER_PATTERN = Code("E505", "member-pattern")
MEMBER_RANGE = Code("E506", "member-range")
MEMBER_LENGTH = Code("E507", "member-length")
REFERENCE_PLACE = Code("E508", "reference-in-place-of-structure")
DEFINITION_SIZE = Code("W501", "large-definition")

# E52x to E56x, W51x to W53x: rules about requests and about the definition as a whole
SPOT_WITHOUT_WAIT = Code("E520", "spot-without-wait")
WAIT_WITHOUT_SPOT = Code("E521", "wait-without-spot")
CHECKPOINT_PATH = Code("E522", "checkpoint-path")
PROPERTY_FILE_OUTPUT = Code("E523", "property-file-output")
PROPERTY_FILE_PATH = Code("E524", "property-file-path")
SAME_FOLDER = Code("E525", "same-folder")
DUPLICATE_NAME = Code("E526", "duplicate-name")
CONFLICTING_MEMBERS = Code("E527", "conflicting-members")
INPUT_MODE = Code("E528", "input-mode")
FILE_SYSTEM_WITHOUT_VPC = Code("E529", "file-system-without-vpc")
OBJECTIVE_METRIC = Code("E530", "objective-metric")
EMPTY_RANGE = Code("E531", "empty-range")
TUNED_AND_STATIC = Code("E532", "tuned-and-static")
MORE_AT_A_TIME = Code("E533", "more-at-a-time")
TUNING_STRATEGY = Code("E534", "tuning-strategy")
PAYLOAD_SIZE = Code("E535", "payload-size")
AUTOML_MODE = Code("E536", "automl-mode")
AUTOML_OBJECTIVE = Code("E537", "automl-objective")
CHECK_INPUTS = Code("E539", "names-of-check")
EMR_ROLE = Code("E540", "role-of-new-cluster")
NOT_A_PARAMETER = Code("E541", "not-a-parameter")
LINEAGE_ENTITY = Code("E542", "lineage-entity")
CLEANUP_SOURCE = Code("E543", "cleanup-source")
METADATA = Code("E544", "metadata")
NO_VALUES = Code("E545", "no-values")
JOB_DOCUMENT = Code("E546", "job-document")
RESERVED_TAG = Code("E547", "reserved-tag")
SEVERAL_TRIGGERS = Code("E548", "several-triggers")
MALFORMED_REFERENCE = Code("E549", "malformed-reference")
LONG_PIPELINE_NAME = Code("W510", "long-pipeline-name")
CONSTANT_CONDITION = Code("W511", "constant-condition")
NEVER_EQUAL = Code("W512", "never-equal")
ISOLATED_CODE = Code("W513", "isolated-code")
BATCH_WITHOUT_SPLIT = Code("W514", "batch-without-split")
VERSION_TAGS = Code("W515", "tags-of-version")
PARTITION = Code("W516", "partition")
FILE_NOT_AWAITED = Code("W517", "file-not-awaited")
NO_TRAFFIC = Code("W518", "no-traffic")
MIXED_REGIONS = Code("W519", "mixed-regions")
UNNAMED_CONTAINER = Code("W520", "unnamed-container")
KEY_OF_LOCAL_DISK = Code("W521", "key-of-local-disk")
OTHER_ACCOUNT = Code("W530", "other-account")
OTHER_REGION = Code("W531", "other-region")
NO_REGISTRY = Code("W532", "image-without-registry")
NAME_OF_A_STEP = Code("W533", "name-of-a-step")

# E57x, W57x: prebuilt images
UNKNOWN_IMAGE_FRAMEWORK = Code("E570", "unknown-image-framework")
IMAGE_VERSION = Code("E571", "image-version")
IMAGE_SCOPE = Code("E572", "image-scope")
IMAGE_PYTHON = Code("E573", "image-python")
IMAGE_BASE = Code("E574", "image-base")
IMAGE_INSTANCE = Code("E575", "image-instance")
IMAGE_REGION = Code("E576", "image-region")
MISSING_IMAGE_REGION = Code("E577", "missing-image-region")
IMAGE_ACCELERATOR = Code("E578", "image-accelerator")
IMAGE_CONTAINER = Code("E579", "image-container")
IMAGE_FIELD_IGNORED = Code("W570", "image-field-ignored")

# E58x: the policy of a project
NETWORK_POLICY = Code("E580", "network-policy")
ENCRYPTION_POLICY = Code("E581", "encryption-policy")
TAG_POLICY = Code("E582", "tag-policy")
INSTANCE_POLICY = Code("E583", "instance-policy")
IMAGE_POLICY = Code("E584", "image-policy")
MAX_RUN_POLICY = Code("E585", "max-run-policy")
SPOT_POLICY = Code("E586", "spot-policy")
BUCKET_POLICY = Code("E587", "bucket-policy")
ROLE_POLICY = Code("E588", "role-policy")
PLAINTEXT_SECRET = Code("E589", "plaintext-secret")

# E6xx: code and templates
UNKNOWN_TEMPLATE = Code("E601", "unknown-template")
INVALID_TEMPLATE = Code("E602", "invalid-template")
TEMPLATE_RENDERING = Code("E603", "template-rendering")
GENERATED_SYNTAX = Code("E604", "generated-code-syntax")
CODE_NOT_FOUND = Code("E605", "code-not-found")
OUTSIDE_PROJECT = Code("E606", "path-outside-project")
STALE_OUTPUT = Code("E607", "stale-output")
NOT_GENERATED = Code("E608", "not-a-generated-file")
DUPLICATE_PIPELINE = Code("E612", "duplicate-pipeline")

# E62x, W62x: what a script and its step expect of each other
MISSING_HYPERPARAMETER = Code("E620", "missing-hyperparameter")
UNLOGGED_METRIC = Code("W620", "unlogged-metric")

# E70x: a definition that is imported
NOT_JSON = Code("E701", "not-json")
JSON_NAME_TWICE = Code("E702", "json-name-twice")
NOT_A_DEFINITION = Code("E703", "not-a-definition")
NAME_TAKEN = Code("E704", "name-taken")
NO_CONDITION = Code("E705", "no-condition")
NO_YAML_FORM = Code("E706", "no-yaml-form")

# E72x: test files; E73x: what a test expects and did not find
UNKNOWN_TEST_STEP = Code("E721", "test-of-unknown-step")
UNKNOWN_TEST_PARAMETER = Code("E722", "test-of-unknown-parameter")
TEST_PARAMETER_VALUE = Code("E723", "test-parameter-value")
UNKNOWN_TEST_PROPERTY = Code("E724", "test-of-unknown-property")
TEST_VALUE_TYPE = Code("E725", "test-value-type")
TEST_FILE = Code("E726", "test-file-not-json")
TEST_CONTRADICTION = Code("E727", "test-contradiction")
NOT_GIVEN = Code("E728", "value-not-given")
TEST_WITHOUT_SPEC = Code("E729", "test-without-spec")
WRONG_STEPS = Code("E731", "other-steps-run")
WRONG_STATUS = Code("E732", "step-ends-otherwise")
WRONG_ENDING = Code("E733", "execution-ends-otherwise")
WRONG_VALUE = Code("E734", "other-value")

# E74x: what a pipeline needs to be deployed
MISSING_ROLE = Code("E741", "missing-role")
WRONG_ACCOUNT = Code("E742", "wrong-account")

ALL_CODES: tuple[Code, ...] = tuple(
    sorted((value for value in globals().values() if isinstance(value, Code)), key=lambda c: c.id)
)
BY_WORD: dict[str, Code] = {word: code for code in ALL_CODES for word in (code.id, code.name)}


def code_named(word: str) -> Code | None:
    """Return the code of a number or a name."""
    return BY_WORD.get(word)
