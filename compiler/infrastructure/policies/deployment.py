"""The policies of what deploys a pipeline and of what starts it."""

import re
from collections.abc import Iterator
from dataclasses import replace

from compiler.compile import CompiledPipeline
from compiler.groups import feature_groups, model_package_groups
from compiler.infrastructure.policies.known import Known
from compiler.infrastructure.policies.site import ANY, Site
from compiler.infrastructure.policies.statement import (
    Grant,
    Permission,
    Policy,
    statements_of,
)
from compiler.infrastructure.policies.uses import exchanges, passes
from compiler.starts import rule_pattern, schedule_group, schedules, triggers
from compiler.walk import steps_in

CI, PLAN, START = "ci", "plan", "start"
READING = re.compile(r"[a-z0-9]+:(Describe|Filter|Get|List)")
REMOVES = "schedules and rules are managed also where the spec has none, to remove those it had"
NO_ROLE = "the spec names no role of the pipeline, so none may be passed"
GIVEN = "the pipeline and what starts it are given their roles"
UPLOADED = "code and definitions are uploaded, unless they are there"
LOG_GROUPS = "log-group:/aws/sagemaker/"
FUNCTION = re.compile(
    r"arn:[^:]+:lambda:(?P<region>[^:]+):(?P<account>\d+):function:(?P<name>[^:]+).*"
)


def _permission(sid: str, reason: str, service: str, actions: str) -> Permission:
    return Permission(sid, tuple(f"{service}:{action}" for action in actions.split()), reason)


DEPLOY = _permission(
    "DeployPipeline", "the pipeline and its versions are read, made, changed and started",
    "sagemaker",
    "AddTags CreatePipeline DeleteTags DescribePipeline ListPipelineExecutions "
    "ListPipelineVersions ListTags StartPipelineExecution UpdatePipeline UpdatePipelineVersion",
)  # fmt: skip
FOLLOW = _permission(
    "FollowExecutions", "executions are watched, stopped and tried again", "sagemaker",
    "DescribePipelineDefinitionForExecution DescribePipelineExecution ListPipelineExecutionSteps "
    "ListPipelineParametersForExecution RetryPipelineExecution StopPipelineExecution",
)  # fmt: skip
FIND = _permission(
    "FindPipelines",
    "tells a new pipeline from one that is there, and its page in Studio; takes no resource",
    "sagemaker", "ListDomains ListPipelines",
)  # fmt: skip
GROUPS = _permission(
    "MakeModelGroups", "the groups in which models are registered", "sagemaker",
    "AddTags CreateModelPackageGroup DescribeModelPackageGroup",
)  # fmt: skip
LOGS = _permission(
    "ReadLogs", "what the jobs of an execution print", "logs",
    "DescribeLogStreams FilterLogEvents GetLogEvents",
)  # fmt: skip
FIND_GROUPS = _permission(
    "FindModelGroups", "tells a group that is missing from one that is there; takes no resource",
    "sagemaker", "ListModelPackageGroups",
)  # fmt: skip
FEATURES = _permission(
    "FindFeatureGroups", "tells which feature groups that steps write to are missing", "sagemaker",
    "DescribeFeatureGroup",
)  # fmt: skip
SCHEDULE_GROUP = _permission(
    "ManageScheduleGroup", "the group that holds the schedules of this pipeline and no others",
    "scheduler",
    "CreateScheduleGroup DeleteScheduleGroup GetScheduleGroup ListTagsForResource TagResource "
    "UntagResource",
)  # fmt: skip
SCHEDULES = _permission(
    "ManageSchedules", "schedules are made, changed, and removed when the spec has them no more",
    "scheduler", "CreateSchedule DeleteSchedule GetSchedule UpdateSchedule",
)  # fmt: skip
LIST_SCHEDULES = _permission(
    "FindSchedules", "finds what the spec has no more; takes no resource", "scheduler",
    "ListScheduleGroups ListSchedules",
)  # fmt: skip
RULES = _permission(
    "ManageRules", "triggers are made, changed, and removed when the spec has them no more",
    "events",
    "DeleteRule DescribeRule DisableRule EnableRule ListTagsForResource ListTargetsByRule PutRule "
    "PutTargets RemoveTargets TagResource UntagResource",
)  # fmt: skip
LIST_RULES = _permission(
    "FindRules", "finds what the spec has no more; takes no resource", "events", "ListRules"
)
START_PIPELINE = _permission(
    "StartPipeline", "schedules and triggers start the pipeline", "sagemaker",
    "StartPipelineExecution",
)  # fmt: skip


def deployment_policy(pipeline: CompiledPipeline, site: Site) -> Policy:
    """Return the policy of what plans, deploys, starts and watches the pipeline, such as CI."""
    return Policy(
        purpose=CI,
        role=None,
        trusted=None,
        statements=statements_of(_deployment(pipeline, site)),
        notes=(REMOVES, *((NO_ROLE,) if pipeline.role is None else ())),
    )


def reading_policy(pipeline: CompiledPipeline, site: Site) -> Policy:
    """Return the policy of what plans and watches, such as the CI of a pull request."""
    statements = []
    for each in deployment_policy(pipeline, site).statements:
        actions = tuple(action for action in each.permission.actions if READING.match(action))
        if actions:
            permission = replace(each.permission, actions=actions)
            statements.append(replace(each, permission=permission))
    return Policy(purpose=PLAN, role=None, trusted=None, statements=tuple(statements))


def start_policies(pipeline: CompiledPipeline, site: Site) -> tuple[Policy, ...]:
    """Return a policy for each role that a schedule or a trigger starts the pipeline with."""
    starts = {
        "scheduler": schedules(pipeline.spec).values(),
        "events": triggers(pipeline.spec).values(),
    }
    services: dict[str | None, list[str]] = {}
    for service, given in starts.items():
        for start in given:
            role = start["RoleArn"] if isinstance(start, dict) else None
            found = services.setdefault(str(role) if role is not None else None, [])
            if site.service(service) not in found:
                found.append(site.service(service))
    statements = statements_of(_pipelines(pipeline, site, START_PIPELINE))
    return tuple(
        Policy(purpose=START, role=role, trusted=" and ".join(names), statements=statements)
        for role, names in services.items()
    )


def _pipelines(
    pipeline: CompiledPipeline, site: Site, permission: Permission, rest: str = ""
) -> Iterator[Grant]:
    """Allow something with the pipeline, of which SageMaker writes the name small in ARNs."""
    for name in dict.fromkeys((pipeline.name.lower(), pipeline.name)):
        arn = site.arn("sagemaker", f"pipeline/{name}{rest}")
        yield Grant(permission=permission, resource=arn)


def _for(reason: str, grants: Iterator[Grant]) -> Iterator[Grant]:
    """Give grants another reason than they have for jobs."""
    for grant in grants:
        yield replace(grant, permission=replace(grant.permission, reason=reason))


def _deployment(pipeline: CompiledPipeline, site: Site) -> Iterator[Grant]:
    yield from _pipelines(pipeline, site, DEPLOY)
    yield from _pipelines(pipeline, site, FOLLOW, "/execution/*")
    yield Grant(permission=FIND, resource=ANY)
    if pipeline.role is not None:
        yield from _for(GIVEN, passes("sagemaker")(site, Known(pipeline.role, True)))
    if pipeline.storage:
        place = f"{pipeline.storage.rstrip('/')}/{pipeline.name}/"
        yield from _for(UPLOADED, exchanges(site, Known(place, True)))
    group, rule = schedule_group(pipeline.name), rule_pattern(pipeline.name)
    yield Grant(
        permission=SCHEDULE_GROUP, resource=site.arn("scheduler", f"schedule-group/{group}")
    )
    yield Grant(permission=SCHEDULES, resource=site.arn("scheduler", f"schedule/{group}/*"))
    yield Grant(permission=LIST_SCHEDULES, resource=ANY)
    yield Grant(permission=RULES, resource=site.arn("events", f"rule/{rule}"))
    yield Grant(permission=LIST_RULES, resource=ANY)
    for service, given in (
        ("scheduler", schedules(pipeline.spec)),
        ("events", triggers(pipeline.spec)),
    ):
        for start in given.values():
            if isinstance(start, dict) and start["RoleArn"] is not None:
                role = Known(str(start["RoleArn"]), True)
                yield from _for(GIVEN, passes(service)(site, role))
    yield from _groups(pipeline, site)
    for rest in ("*", "*:log-stream:*"):
        yield Grant(permission=LOGS, resource=site.arn("logs", f"{LOG_GROUPS}{rest}"))
    yield from _logs_of_functions(pipeline, site)


def _logs_of_functions(pipeline: CompiledPipeline, site: Site) -> Iterator[Grant]:
    """Allow to read what the functions print that steps call, in the groups that Lambda makes."""
    for step in steps_in(pipeline.definition):
        function = step.get("FunctionArn")
        found = FUNCTION.fullmatch(function) if isinstance(function, str) else None
        if found is not None:
            own = replace(site, region=found["region"], account=found["account"])
            for rest in ("", ":log-stream:*"):
                group = f"log-group:/aws/lambda/{found['name']}{rest}"
                yield Grant(permission=LOGS, resource=own.arn("logs", group))


def _groups(pipeline: CompiledPipeline, site: Site) -> Iterator[Grant]:
    groups = model_package_groups(pipeline.definition)
    if groups:
        yield Grant(permission=FIND_GROUPS, resource=ANY)
    for name in feature_groups(pipeline.definition):
        yield Grant(permission=FEATURES, resource=site.arn("sagemaker", f"feature-group/{name}"))
    for name in groups:
        for each in dict.fromkeys((name.lower(), name)):
            arn = site.arn("sagemaker", f"model-package-group/{each}")
            yield Grant(permission=GROUPS, resource=arn)
