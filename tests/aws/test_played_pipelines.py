"""Pipelines and their versions are played as AWS has them."""

import json
from typing import Any

import pytest

from tests.aws.asking import ONE, ROLE, TWO, definition, make, pages, refused
from tests.aws.stand_in import AwsStandIn


@pytest.fixture
def client(aws: AwsStandIn) -> Any:
    return aws.client("sagemaker")


def test_a_pipeline_is_described_as_it_was_made(client: Any) -> None:
    arn = make(
        client, PipelineDescription="d", ParallelismConfiguration={"MaxParallelExecutionSteps": 4},
        Tags=[{"Key": "a", "Value": "b"}], PipelineVersionAliases=["prod"],
    )  # fmt: skip
    assert arn == "arn:aws:sagemaker:us-east-1:123456789012:pipeline/nightly"
    found = client.describe_pipeline(PipelineName="Nightly")
    assert found == client.describe_pipeline(PipelineName=arn)
    assert found["CreationTime"] == found["LastModifiedTime"]
    assert found["CreationTime"].tzinfo is not None
    names = (
        "PipelineName", "PipelineDefinition", "PipelineDescription", "RoleArn", "PipelineStatus",
        "ParallelismConfiguration", "PipelineVersionAliases",
    )  # fmt: skip
    assert [found[name] for name in names] == [
        "Nightly", ONE, "d", ROLE, "Active", {"MaxParallelExecutionSteps": 4}, ["prod"],
    ]  # fmt: skip
    assert client.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "a", "Value": "b"}]


def test_tags_are_added_and_taken_away(client: Any) -> None:
    arn = make(client)
    client.add_tags(ResourceArn=arn, Tags=[{"Key": k, "Value": k} for k in "abc"])
    client.delete_tags(ResourceArn=arn, TagKeys=["b"])
    assert [tag["Key"] for tag in client.list_tags(ResourceArn=arn)["Tags"]] == ["a", "c"]


def test_another_definition_makes_another_version(client: Any) -> None:
    arn = make(client)
    update = client.update_pipeline
    same = update(PipelineName="Nightly", PipelineDefinition=ONE, PipelineDescription="x")
    assert same["PipelineVersionId"] == 1
    other = update(PipelineName="Nightly", PipelineDefinition=TWO, PipelineVersionAliases=["new"])
    assert other == {**same, "PipelineVersionId": 2, "ResponseMetadata": other["ResponseMetadata"]}
    latest = client.describe_pipeline(PipelineName="Nightly")
    assert (latest["PipelineDefinition"], latest["PipelineVersionAliases"]) == (TWO, ["new"])
    by_alias = client.describe_pipeline(PipelineName="Nightly", PipelineVersionAlias="new")
    assert by_alias["PipelineDefinition"] == TWO
    first = client.describe_pipeline(PipelineName="Nightly", PipelineVersionId=1)
    assert (first["PipelineDefinition"], first["PipelineDescription"]) == (ONE, "x")
    versions = client.list_pipeline_versions(PipelineName=arn)["PipelineVersionSummaries"]
    assert [version["PipelineVersionId"] for version in versions] == [2, 1]


def test_an_update_changes_what_it_names_and_when_and_by_whom(aws: AwsStandIn, client: Any) -> None:
    make(client, PipelineDescription="old")
    before = client.describe_pipeline(PipelineName="Nightly")
    other = aws.client("sagemaker", key="SOMEBODYELSE")
    other.update_pipeline(PipelineName="Nightly", PipelineDescription="")
    after = client.describe_pipeline(PipelineName="Nightly")
    assert "PipelineDescription" not in after
    assert after["LastModifiedTime"] > before["LastModifiedTime"]
    assert after["CreatedBy"] == before["CreatedBy"] == before["LastModifiedBy"]
    assert after["LastModifiedBy"]["IamIdentity"]["PrincipalId"] == "SOMEBODYELSE"
    assert after["PipelineDefinition"] == ONE


def test_a_definition_in_s3_is_read_and_kept(aws: AwsStandIn, client: Any) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="bucket")
    s3.put_object(Bucket="bucket", Key="defs/a b.json", Body=ONE.encode())
    place = {"Bucket": "bucket", "ObjectKey": "defs/a b.json"}
    client.create_pipeline(PipelineName="p", PipelineDefinitionS3Location=place, RoleArn=ROLE)
    s3.put_object(Bucket="bucket", Key="defs/a b.json", Body=TWO.encode())
    assert client.describe_pipeline(PipelineName="p")["PipelineDefinition"] == ONE
    updated = client.update_pipeline(PipelineName="p", PipelineDefinitionS3Location=place)
    assert updated["PipelineVersionId"] == 2
    assert client.describe_pipeline(PipelineName="p")["PipelineDefinition"] == TWO
    with refused("ValidationException", "nowhere"):
        nowhere = {**place, "ObjectKey": "nowhere"}
        client.update_pipeline(PipelineName="p", PipelineDefinitionS3Location=nowhere)
    assert [call.operation for call in aws.calls].count("GetObject") == 0


def test_a_request_with_a_token_makes_one_pipeline(client: Any) -> None:
    token = "t" * 32
    assert make(client, ClientRequestToken=token) == make(client, ClientRequestToken=token)
    with refused("ValidationException", "ClientRequestToken"):
        make(client, ClientRequestToken=token, PipelineDefinition=TWO)
    with refused("ConflictException", "unique within an AWS account and region"):
        make(client)


def test_missing_and_existing_pipelines_can_be_reported_otherwise(
    aws: AwsStandIn, client: Any
) -> None:
    with refused("ResourceNotFound"):
        client.describe_pipeline(PipelineName="none")
    aws.world.missing_code = aws.world.existing_code = "ValidationException"
    with refused("ValidationException"):
        client.describe_pipeline(PipelineName="none")
    make(client)
    with refused("ValidationException", "Pipeline names must be unique within"):
        make(client)


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"Steps": 1}'])
def test_what_is_no_definition_is_refused(client: Any, text: str) -> None:
    with refused("ValidationException", "Unable to parse"):
        make(client, PipelineDefinition=text)
    make(client)
    with refused("ValidationException", "Unable to parse"):
        client.update_pipeline(PipelineName="Nightly", PipelineDefinition=text)


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"PipelineDefinition": definition(Metadata={"x": "x" * 1_048_576})}, "more than"),
        ({"PipelineDisplayName": "two words"}, "does not match"),
        ({"PipelineDescription": "x" * 3073}, "more than 3072"),
        ({"RoleArn": "role-with-a-name-but-no-arn"}, "does not match"),
        ({"PipelineVersionAliases": ["123"]}, "numbers only"),
        ({"PipelineDefinitionS3Location": {"Bucket": "bucket", "ObjectKey": "b"}}, "Only one"),
    ],
)
def test_limits_of_the_api_hold(client: Any, members: dict[str, Any], said: str) -> None:
    with refused("ValidationException", said):
        make(client, **members)


def test_an_alias_is_one_versions(client: Any) -> None:
    arn = make(client)

    def change(number: int, **aliases: list[str]) -> None:
        client.update_pipeline_version(
            PipelineArn=arn, PipelineVersionId=number, PipelineVersionAliasOperations=aliases
        )

    def aliases(number: int) -> list[str]:
        found = client.describe_pipeline(PipelineName=arn, PipelineVersionId=number)
        return list(found["PipelineVersionAliases"])

    client.update_pipeline(
        PipelineName="Nightly", PipelineDefinition=TWO, PipelineVersionAliases=["x"]
    )
    change(1, Add=["prod", "staging"])
    change(1, Add=["prod"], Remove=["staging"])
    with refused("ConflictException", "version 1"):
        change(2, Add=["prod"])
    with refused("ConflictException", "version 1"):
        three = definition(Metadata={"of": "three"})
        client.update_pipeline(
            PipelineName="Nightly", PipelineDefinition=three, PipelineVersionAliases=["prod"]
        )
    assert (aliases(1), aliases(2)) == (["prod"], ["x"])
    change(1, Remove=["prod"])
    change(2, Add=["prod"])
    assert (aliases(1), aliases(2)) == ([], ["x", "prod"])
    with refused("ValidationException", "at once"):
        change(2, Add=["a"], Remove=["a"])
    with refused("ValidationException", "10 aliases"):
        change(2, Add=[f"a{number}" for number in range(9)])
    with refused("ResourceNotFound"):
        change(3, Add=["a"])
    with refused("ValidationException", "only when the pipeline definition changes"):
        client.update_pipeline(PipelineName="Nightly", PipelineVersionAliases=["a"])


def test_a_version_is_named_and_described(client: Any) -> None:
    arn = make(client)
    names = {"PipelineVersionDisplayName": "first", "PipelineVersionDescription": "the first"}
    client.update_pipeline_version(PipelineArn=arn, PipelineVersionId=1, **names)
    found = client.describe_pipeline(PipelineName=arn)
    assert {name: found[name] for name in names} == names
    with refused("ResourceNotFound", "alias 'none'"):
        client.describe_pipeline(PipelineName=arn, PipelineVersionAlias="none")


def test_lists_come_in_pages(aws: AwsStandIn, client: Any) -> None:
    for number in range(5):
        make(client, f"a-{number}")
        aws.world.pass_time(60)
    make(client, "b")
    found = pages(client.list_pipelines, "PipelineSummaries", PipelineNamePrefix="a", MaxResults=2)
    names = [[item["PipelineName"] for item in page] for page in found]
    assert names == [["a-4", "a-3"], ["a-2", "a-1"], ["a-0"]]
    middle = client.describe_pipeline(PipelineName="a-2")["CreationTime"]
    later = client.list_pipelines(CreatedAfter=middle, SortBy="Name", SortOrder="Ascending")
    assert [item["PipelineName"] for item in later["PipelineSummaries"]] == ["a-3", "a-4", "b"]
    aws.world.page_size = 1
    for number in range(3):
        text = definition(Metadata={"of": str(number)})
        client.update_pipeline(PipelineName="b", PipelineDefinition=text)
    found = pages(client.list_pipeline_versions, "PipelineVersionSummaries", PipelineName="b")
    assert [[item["PipelineVersionId"] for item in page] for page in found] == [[4], [3], [2], [1]]
    with refused("ValidationException", "NextToken"):
        client.list_pipelines(NextToken="nonsense")


def test_a_pipeline_is_one_regions(aws: AwsStandIn, client: Any) -> None:
    make(client)
    other = aws.client("sagemaker", region="eu-west-1")
    with refused("ResourceNotFound"):
        other.describe_pipeline(PipelineName="Nightly")
    assert other.list_pipelines()["PipelineSummaries"] == []
    assert ":eu-west-1:" in make(other)


def test_a_deleted_pipeline_is_gone(client: Any) -> None:
    make(client)
    client.delete_pipeline(PipelineName="Nightly")
    with refused("ResourceNotFound"):
        client.delete_pipeline(PipelineName="Nightly")
    make(client)
    assert json.loads(client.describe_pipeline(PipelineName="Nightly")["PipelineDefinition"])


def test_a_feature_group_that_is_not_there_is_not_found(client: Any) -> None:
    with refused("ResourceNotFound"):
        client.describe_feature_group(FeatureGroupName="none")
    client.create_feature_group(
        FeatureGroupName="group", RecordIdentifierFeatureName="id", EventTimeFeatureName="at",
        FeatureDefinitions=[{"FeatureName": n, "FeatureType": "String"} for n in ("id", "at")],
        OfflineStoreConfig={"S3StorageConfig": {"S3Uri": "s3://bucket/store"}}, RoleArn=ROLE,
    )  # fmt: skip
    assert client.describe_feature_group(FeatureGroupName="group")["FeatureGroupName"] == "group"
