"""What the roles of a pipeline are asked for: a walk over the requests of its steps."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from compiler.infrastructure.policies import permissions as may
from compiler.infrastructure.policies.known import Knowledge, Known
from compiler.infrastructure.policies.members import ROLES, STRUCTURES, nothing, use_of
from compiler.infrastructure.policies.site import ANY, Site
from compiler.infrastructure.policies.statement import Condition, Grant
from compiler.infrastructure.policies.step_types import TYPES, Allow, Made
from compiler.infrastructure.policies.uses import encrypts_disks, gets, lends, mentions, passes
from compiler.steps.step_type import HELD
from compiler.walk import steps_in

NAMESPACES = ("/aws/sagemaker/*", "aws/sagemaker/*", "AWS/SageMaker*")
# Members of a step that are no part of what it asks for.
PLAIN = frozenset({"Name", "Type", "DisplayName", "Description", "DependsOn", "PropertyFiles"})
NAME = re.compile(r"\{(\w+)\|([^}]*)\}")


@dataclass(slots=True)
class Gathered:
    """Grants by the role that they are for, and what could not be known, for whom."""

    grants: dict[str, list[Grant]] = field(default_factory=dict)
    services: dict[str, str] = field(default_factory=dict)
    notes: dict[str, dict[str, None]] = field(default_factory=dict)

    def add(self, role: str, grants: Iterator[Grant], step: str) -> bool:
        """Add grants for a step; return whether there were any."""
        found = [replace(grant, step=step) for grant in grants]
        self.grants.setdefault(role, []).extend(found)
        return bool(found)

    def note(self, role: str, text: str) -> None:
        """Add what a person has to know of a policy, once."""
        self.notes.setdefault(role, {})[text] = None


@dataclass(frozen=True, kw_only=True, slots=True)
class _Walk:
    """A walk over one step; `own` is the role of the pipeline."""

    site: Site
    knowledge: Knowledge
    gathered: Gathered
    own: str
    step: Mapping[str, Any]
    made: Made

    @property
    def name(self) -> str:
        return str(self.step["Name"])

    def go(self) -> None:
        """Add what the step asks for."""
        for allow in self.made.allows:
            self._allow(self.own, allow)
        asks = {name: value for name, value in self.step.items() if name not in PLAIN}
        arguments = {
            name: value
            for name, value in asks.pop("Arguments").items()
            if name not in HELD.values()
        }
        self._visit(asks, self.step["Type"], self.own)
        self._visit(arguments, self.step["Type"], self.own if self.made.acts else None)
        self._read_files(self.step)

    def _allow(self, role: str, allow: Allow) -> None:
        if allow.needs is not None and allow.needs not in {*self.step["Arguments"], *self.step}:
            return
        grants = (
            Grant(permission=allow.permission, resource=arn)
            for resource in allow.resources
            for arn in self._arns(resource)
        )
        self.gathered.add(role, grants, self.name)

    def _arns(self, resource: str) -> Iterator[str]:
        """Yield the ARN of a resource, and with its name written small, as SageMaker's ARNs are."""
        if resource == ANY:
            yield ANY
            return
        service, _, path = resource.partition(":")
        site = self.site
        if path.startswith(":"):  # of AWS itself, and so of no account
            site, path = replace(site, account=""), path[1:]
        named = NAME.sub(self._named, path)
        named = re.sub(r"\*+", "*", named)
        for each in dict.fromkeys((named, named.lower() if service == "sagemaker" else named)):
            yield site.arn(service, each)

    def _named(self, match: re.Match[str]) -> str:
        value = self.step["Arguments"].get(match[1], self.step.get(match[1]))
        if value is None:
            return match[2]
        known = self._known(value)[0]
        self._tell_defaults(self.own, known)
        text = known.text.rpartition("/")[2] if known.text.startswith("arn:") else known.text
        return text if known.is_whole else f"{text}*"

    def _known(self, value: Any) -> tuple[Known, ...]:
        return self.knowledge.all_of(value, self.name)

    def _tell_defaults(self, role: str, known: Known) -> None:
        for parameter in known.given:
            default = self.knowledge.defaults[parameter]
            text = f"`{parameter}` is taken at its default `{default}`; other values need more"
            self.gathered.note(role, text)

    def _visit(self, value: Any, path: str, role: str | None) -> None:
        match value:
            case {"Get": _} | {"Std:Join": _} | {"Std:JsonGet": _} | str() | bool():
                if role is not None:
                    self._use(value, path, role)
            case dict():
                inner = self._job_role(value, role)
                for name, member in value.items():
                    if name in STRUCTURES and inner is not None and isinstance(member, dict):
                        grants = STRUCTURES[name](self.site, self.knowledge, member)
                        self.gathered.add(inner, grants, self.name)
                    if name not in ROLES:
                        self._visit(member, f"{path}.{name}", inner)
            case list():
                for item in value:
                    self._visit(item, path, role)
            case _:
                pass

    def _job_role(self, request: Mapping[str, Any], role: str | None) -> str | None:
        """Return the role of the job that a request is for; the pipeline passes it."""
        for name in ROLES:
            if name not in request:
                continue
            known = self._known(request[name])[0]
            if not known.is_whole or not known.text:
                text = f"the role of `{self.name}` is known only when it runs"
                self.gathered.note(self.own, text)
                continue
            self._tell_defaults(self.own, known)
            self.gathered.add(self.own, passes(self.made.service)(self.site, known), self.name)
            self.gathered.services.setdefault(known.text, self.site.service(self.made.service))
            self._work(known.text)
            role = known.text
        return role

    def _work(self, role: str) -> None:
        """Let a role do what each job does: print and measure."""
        if self.made.logs is not None:
            group = f"log-group:{self.made.logs}"
            grants = (
                Grant(permission=may.LOG, resource=self.site.arn("logs", f"{group}{rest}"))
                for rest in ("", ":log-stream:*")
            )
            self.gathered.add(role, grants, self.name)
            for namespace in NAMESPACES:
                condition = Condition("StringLike", "cloudwatch:namespace", namespace)
                grant = Grant(permission=may.MEASURE, resource=ANY, condition=condition)
                self.gathered.add(role, iter((grant,)), self.name)
        for allow in self.made.as_job:
            self._allow(role, allow)

    def _use(self, value: Any, path: str, role: str) -> None:
        use = use_of(path)
        is_text = use is mentions
        found = self.knowledge.pieces(value, self.name) if is_text else self._known(value)
        for known in found:
            if self.gathered.add(role, use(self.site, known), self.name):
                self._tell_defaults(role, known)
                if is_text:
                    text = (
                        f"what `{self.name}` names in arguments and such may be read, not written"
                    )
                    self.gathered.note(role, text)
            elif not known.is_whole and use not in {mentions, nothing}:
                text = f"`{path.partition('.')[2]}` of `{self.name}` is known only when it runs"
                self.gathered.note(role, text)
            if use is encrypts_disks and role != self.own:  # who starts a machine lends the key too
                self.gathered.add(self.own, lends(self.site, known), self.name)

    def _read_files(self, value: Any) -> None:
        """Let the pipeline's role read the JSON files that conditions and requests look into."""
        match value:
            case {"Std:JsonGet": {"PropertyFile": {"Get": str(reference)}}}:
                known = self.knowledge.property_file(reference)
                self.gathered.add(self.own, gets(self.site, known), self.name)
            case {"Std:JsonGet": {"S3Uri": uri}}:
                for known in self._known(uri):
                    self.gathered.add(self.own, gets(self.site, known), self.name)
            case dict():
                for name, member in value.items():
                    if name not in HELD.values():
                        self._read_files(member)
            case list():
                for item in value:
                    self._read_files(item)
            case _:
                pass


def gather(
    definition: Mapping[str, Any], *, own: str, site: Site, knowledge: Knowledge
) -> Gathered:
    """Gather what the steps of a definition ask of roles; `own` is that of the pipeline."""
    gathered = Gathered()
    gathered.grants[own] = []
    gathered.services[own] = site.service("sagemaker")
    for step in steps_in(definition):
        made = TYPES.get(step["Type"], Made(acts=True))
        if step["Type"] not in TYPES:
            text = f"what steps of type `{step['Type']}` need is not known here: `{step['Name']}`"
            gathered.note(own, text)
        walk = _Walk(
            site=site, knowledge=knowledge, gathered=gathered, own=own, step=step, made=made
        )
        walk.go()
    return gathered
