"""Rules about the requests that steps send, whether short fields or `request` wrote them."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import TypeAlias

from compiler.diagnostics.diagnostic import Diagnostic, Diagnostics
from compiler.graph import PipelineGraph
from compiler.lower import LoweredPipeline, LoweredStep
from compiler.rules import automl, inference, lineage, other_services, processing, training, tuning
from compiler.rules.alternatives import check_choices, check_needs
from compiler.rules.bodies import check_places
from compiler.rules.check_steps import check_beside, check_names_of_analysis
from compiler.rules.cleanup import check_cleanup
from compiler.rules.conditions import check_conditions
from compiler.rules.document import check_pipeline, check_retried, check_triggers
from compiler.rules.duplicates import check_channels_of_automl, check_duplicates, check_reserved_tag
from compiler.rules.home import check_home
from compiler.rules.items import check_items
from compiler.rules.machines import check_emr_group, check_key_of_local_disk, check_machines
from compiler.rules.meant import check_made_names, check_registry
from compiler.rules.names import check_names
from compiler.rules.part import Part, parts_of
from compiler.rules.places import check_files_in_order, check_partitions, check_regions
from compiler.rules.references import check_references

Rule: TypeAlias = Callable[[LoweredPipeline], Iterator[Diagnostic]]
GraphRule: TypeAlias = Callable[[LoweredPipeline, PipelineGraph], Iterator[Diagnostic]]
StepRule: TypeAlias = Callable[[LoweredStep], Iterator[Diagnostic]]
StepInPipelineRule: TypeAlias = Callable[[LoweredStep, LoweredPipeline], Iterator[Diagnostic]]
PartRule: TypeAlias = Callable[[Part], Iterator[Diagnostic]]

RULES: tuple[Rule, ...] = (
    check_pipeline,
    check_names,
    check_conditions,
    check_retried,
    check_triggers,
    check_partitions,
    check_regions,
    check_files_in_order,
    check_made_names,
)
GRAPH_RULES: tuple[GraphRule, ...] = (check_places,)
# By the type in the definition.
STEP_RULES: Mapping[str, tuple[StepRule, ...]] = MappingProxyType(
    {
        "Processing": (processing.check_property_files,),
        "ClarifyCheck": (check_names_of_analysis,),
        "ForEach": (check_items,),
    }
)
STEP_IN_PIPELINE_RULES: Mapping[str, tuple[StepInPipelineRule, ...]] = MappingProxyType(
    {
        "Cleanup": (check_cleanup,),
        "ClarifyCheck": (check_beside,),
        "QualityCheck": (check_beside,),
    }
)
# By the shape of a part of a request, wherever it stands.
PART_RULES: Mapping[str, tuple[PartRule, ...]] = MappingProxyType(
    {
        "CreateTrainingJobRequest": (
            training.check_spot,
            training.check_run,
            training.check_file_systems,
            training.check_groups_of_channels,
            training.check_isolated_code,
        ),
        "HyperParameterTrainingJobDefinition": (
            training.check_spot,
            training.check_run,
            training.check_file_systems,
            training.check_groups_of_channels,
        ),
        "ResourceConfig": (check_machines, check_key_of_local_disk),
        "ProcessingClusterConfig": (check_key_of_local_disk,),
        "TransformResources": (check_key_of_local_disk,),
        "HyperParameterTuningResourceConfig": (check_machines, check_key_of_local_disk),
        "InstanceGroup": (check_machines,),
        "emr:InstanceGroupConfig": (check_emr_group,),
        "CheckpointConfig": (training.check_checkpoints,),
        "MetricDefinition": (training.check_metric,),
        "Channel": (training.check_channel,),
        "CreateHyperParameterTuningJobRequest": (
            tuning.check_objectives,
            tuning.check_static_values,
            tuning.check_definitions,
        ),
        "HyperParameterTuningJobConfig": (tuning.check_strategy,),
        "ResourceLimits": (tuning.check_limits,),
        "IntegerParameterRange": (tuning.check_range,),
        "ContinuousParameterRange": (tuning.check_range,),
        "CreateProcessingJobRequest": (processing.check_folders_of_inputs,),
        "ProcessingOutputConfig": (processing.check_folders_of_outputs,),
        "CreateTransformJobRequest": (inference.check_payload, inference.check_batches),
        "CreateModelInput": (inference.check_hostnames,),
        "TransformS3DataSource": (inference.check_transform_data,),
        "CreateModelPackageInput": (inference.check_package,),
        "CreateEndpointConfigInput": (
            inference.check_variants,
            inference.check_models_of_variants,
        ),
        "ProductionVariantServerlessConfig": (inference.check_memory,),
        "ProductionVariantManagedInstanceScaling": (inference.check_scaling,),
        "InferenceComponentComputeResourceRequirements": (inference.check_resources,),
        "CreateAutoMLJobRequest": (
            automl.check_mode,
            automl.check_objective,
            check_channels_of_automl,
        ),
        "Tag": (check_reserved_tag,),
        "ModelPackageModelCard": (other_services.check_model_card,),
        "CreateJobRequest": (other_services.check_job_document,),
        "EmrArguments": (other_services.check_cluster_role,),
        "EmrServerlessArguments": (other_services.check_said_twice,),
        "BedrockCustomModel": (other_services.check_bedrock_names,),
        "BedrockCustomModelDeployment": (other_services.check_bedrock_names,),
        "LineageArguments": (lineage.check_counts, lineage.check_ends),
    }
)
ANY_PART_RULES: tuple[PartRule, ...] = (
    check_registry,
    check_choices,
    check_needs,
    check_duplicates,
)


def check_rules(lowered: LoweredPipeline, graph: PipelineGraph, diagnostics: Diagnostics) -> None:
    """Apply every rule."""
    if not diagnostics.has_errors:  # of which a wrong region, or lost variables, may be one
        diagnostics.extend(check_home(lowered))
    for rule in RULES:
        diagnostics.extend(rule(lowered))
    for graph_rule in GRAPH_RULES:
        diagnostics.extend(graph_rule(lowered, graph))
    for step in lowered.steps.values():
        for step_rule in (check_references, *STEP_RULES.get(step.sagemaker_type, ())):
            diagnostics.extend(step_rule(step))
        for cross_rule in STEP_IN_PIPELINE_RULES.get(step.sagemaker_type, ()):
            diagnostics.extend(cross_rule(step, lowered))
        for part in parts_of(step, lowered.resolved):
            for part_rule in (*ANY_PART_RULES, *PART_RULES.get(part.kind, ())):
                diagnostics.extend(part_rule(part))
