"""The stand-in records calls, sends them on, and bears many at once."""

import http.client
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError

from tests.aws.stand_in import AwsStandIn

PLAIN_AUTH = "AWS4-HMAC-SHA256 Credential=k/20260101/us-east-1/s3/aws4_request"


def named(aws: AwsStandIn) -> list[str]:
    return [str(call) for call in aws.calls]


def refused(code: str) -> Any:
    return pytest.raises(ClientError, match=f"\\({code}\\)")


def test_calls_of_s3_are_recorded(aws: AwsStandIn) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="bucket")
    s3.put_object(Bucket="bucket", Key="a/c d.txt", Body=b"x" * 3_000_000)
    assert s3.get_object(Bucket="bucket", Key="a/c d.txt")["Body"].read() == b"x" * 3_000_000
    assert s3.head_object(Bucket="bucket", Key="a/c d.txt")["ContentLength"] == 3_000_000
    assert s3.list_objects_v2(Bucket="bucket", Prefix="a/")["KeyCount"] == 1
    s3.get_bucket_versioning(Bucket="bucket")
    s3.delete_object(Bucket="bucket", Key="a/c d.txt")
    with refused("404"):
        s3.head_object(Bucket="bucket", Key="a/c d.txt")
    assert named(aws) == [
        "s3:CreateBucket bucket -> 200",
        "s3:PutObject bucket/a/c d.txt -> 200",
        "s3:GetObject bucket/a/c d.txt -> 200",
        "s3:HeadObject bucket/a/c d.txt -> 200",
        "s3:ListObjectsV2 bucket -> 200",
        "s3:GetBucketVersioning bucket -> 200",
        "s3:DeleteObject bucket/a/c d.txt -> 204",
        "s3:HeadObject bucket/a/c d.txt -> 404",
    ]
    assert [call.operation for call in aws.writes] == ["CreateBucket", "PutObject", "DeleteObject"]


def test_calls_of_other_services_are_recorded(aws: AwsStandIn) -> None:
    aws.client("sts").get_caller_identity()
    aws.client("iam").list_roles()
    events = aws.client("events")
    events.put_rule(Name="nightly", ScheduleExpression="rate(1 day)")
    events.describe_rule(Name="nightly")
    scheduler = aws.client("scheduler")
    scheduler.create_schedule_group(Name="group")
    target = {"Arn": "arn:aws:sqs:us-east-1:1:q", "RoleArn": "arn:aws:iam::123456789012:role/x"}
    scheduler.create_schedule(
        Name="s", GroupName="group", ScheduleExpression="rate(1 day)",
        FlexibleTimeWindow={"Mode": "OFF"}, Target=target,
    )  # fmt: skip
    scheduler.get_schedule(Name="s", GroupName="group")
    scheduler.list_schedules(GroupName="group")
    scheduler.delete_schedule(Name="s", GroupName="group")
    assert named(aws) == [
        "sts:GetCallerIdentity  -> 200",
        "iam:ListRoles  -> 200",
        "events:PutRule nightly -> 200",
        "events:DescribeRule nightly -> 200",
        "scheduler:CreateScheduleGroup group -> 200",
        "scheduler:CreateSchedule s -> 200",
        "scheduler:GetSchedule s -> 200",
        "scheduler:ListSchedules  -> 200",
        "scheduler:DeleteSchedule s -> 200",
    ]
    created = aws.calls[5]
    assert created.request["GroupName"] == "group"
    assert created.request["Target"] == target
    assert aws.calls[6].request == {"Name": "s", "GroupName": "group"}


def test_a_client_keeps_its_connection(aws: AwsStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[socket.socket] = []
    monkeypatch.setattr(aws._front, "opened", opened.append)
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="bucket")
    for number in range(5):
        s3.put_object(Bucket="bucket", Key=str(number), Body=b"x")
        with refused("404"):
            s3.head_object(Bucket="bucket", Key="none")
        s3.delete_object(Bucket="bucket", Key=str(number))
    assert len(opened) == 1


def test_a_chunked_body_is_taken_after_a_go_on(aws: AwsStandIn) -> None:
    aws.client("s3").create_bucket(Bucket="bucket")
    host, port = urlsplit(aws.url).hostname, urlsplit(aws.url).port
    with socket.create_connection((host, port)) as connection:
        connection.sendall(
            b"PUT /bucket/key HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
            b"Authorization: " + PLAIN_AUTH.encode() + b"\r\n"
            b"Content-Encoding: aws-chunked\r\nX-Amz-Decoded-Content-Length: 5\r\n"
            b"X-Amz-Content-Sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER\r\n"
            b"X-Amz-Trailer: x-amz-checksum-crc32\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        assert connection.recv(100).startswith(b"HTTP/1.1 100")
        inner = b"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n"
        connection.sendall(b"%x\r\n%b\r\n0\r\n\r\n" % (len(inner), inner))
        assert connection.recv(1000).startswith(b"HTTP/1.1 200")
    body = aws.client("s3").get_object(Bucket="bucket", Key="key")["Body"].read()
    assert body == b"hello"


def test_a_request_that_nobody_signed_is_sent_on(aws: AwsStandIn) -> None:
    connection = http.client.HTTPConnection(urlsplit(aws.url).netloc)
    connection.request("GET", "/moto-api/data.json")
    with connection.getresponse() as response:
        assert response.status == 200
        assert response.read()
    connection.close()
    assert named(aws) == ["unsigned:GET /moto-api/data.json -> 200"]


def test_conditional_writes_of_s3_hold(aws: AwsStandIn) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="bucket")
    first = s3.put_object(Bucket="bucket", Key="k", Body=b"1", IfNoneMatch="*")["ETag"]
    with refused("PreconditionFailed"):
        s3.put_object(Bucket="bucket", Key="k", Body=b"2", IfNoneMatch="*")
    s3.put_object(Bucket="bucket", Key="k", Body=b"3", IfMatch=first)
    with refused("PreconditionFailed"):
        s3.put_object(Bucket="bucket", Key="k", Body=b"4", IfMatch=first)
    assert s3.get_object(Bucket="bucket", Key="k")["Body"].read() == b"3"
    assert [call.status for call in aws.writes] == [200, 200, 412, 200, 412]
    assert len(aws.changes) == 3
    assert aws.calls[1].request["IfNoneMatch"] == "*"


def test_twenty_threads_are_served_and_one_wins(aws: AwsStandIn) -> None:
    s3 = aws.client("s3", max_pool_connections=20)
    s3.create_bucket(Bucket="bucket")

    def put(number: int) -> bool:
        s3.put_object(Bucket="bucket", Key=f"own/{number}", Body=b"x")
        try:
            s3.put_object(Bucket="bucket", Key="one", Body=b"x", IfNoneMatch="*")
        except ClientError:
            return False
        return True

    with ThreadPoolExecutor(20) as pool:
        won = list(pool.map(put, range(20)))
    assert sum(won) == 1
    assert len(s3.list_objects_v2(Bucket="bucket", Prefix="own/")["Contents"]) == 20
    assert sorted(call.number for call in aws.calls) == list(range(1, 43))


def test_a_reset_leaves_nothing(aws: AwsStandIn) -> None:
    aws.client("s3").create_bucket(Bucket="bucket")
    aws.fail("error", times=None)
    aws.reset()
    assert aws.calls == []
    assert aws.client("s3").list_buckets()["Buckets"] == []


def test_a_stand_in_stops_while_clients_are_connected() -> None:
    before = threading.active_count()
    start = time.monotonic()
    with AwsStandIn() as other:
        host = urlsplit(other.url)
        connection = socket.create_connection((host.hostname, host.port))
        connection.sendall(b"HEAD /moto-api/data.json HTTP/1.1\r\nHost: x\r\n\r\n")
        assert connection.recv(1000).startswith(b"HTTP/1.1 ")
    assert time.monotonic() - start < 10
    assert connection.recv(1000) == b""
    connection.close()
    assert threading.active_count() <= before
