"""What a job's members ask for: each permission with its actions and its reason, once."""

from compiler.infrastructure.policies.statement import Condition, Permission

READ = Permission("ReadObjects", ("s3:GetObject",), "the inputs that steps name")
LIST = Permission(
    "ListPrefixes",
    ("s3:ListBucket",),
    "inputs are prefixes, below which objects are listed",
    by_resource=True,
)
WRITE = Permission(
    "WriteObjects",
    ("s3:AbortMultipartUpload", "s3:PutObject"),
    "the outputs that steps name",
)
DELETE = Permission("DeleteObjects", ("s3:DeleteObject",), "outputs that are cleaned up")
LOCATE = Permission("LocateBuckets", ("s3:GetBucketLocation",), "Athena asks where results go")
PULL = Permission(
    "PullImages",
    ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"),
    "the images that steps run in",
)
LOG_IN = Permission(
    "LogInToRegistry", ("ecr:GetAuthorizationToken",), "pulling needs a token, of no one registry"
)
DECRYPT = Permission(
    "UseKeys",
    ("kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey"),
    "the keys that outputs and disks are encrypted with",
    by_resource=True,
)
GRANT = Permission(
    "LendKeys",
    ("kms:CreateGrant",),
    "machines get the key of their disk by a grant",
    by_resource=True,
    always=Condition("Bool", "kms:GrantIsForAWSResource", "true"),
)
CONNECT = Permission(
    "ConnectToNetwork",
    ("ec2:CreateNetworkInterface",),
    "machines in a private network have interfaces in its subnets",
)
ATTACH = Permission(
    "ManageInterfaces",
    (
        "ec2:CreateNetworkInterfacePermission",
        "ec2:DeleteNetworkInterface",
        "ec2:DeleteNetworkInterfacePermission",
    ),
    "interfaces are lent to SageMaker and removed",
)
LOOK_AT_NETWORK = Permission(
    "LookAtNetwork",
    (
        "ec2:DescribeDhcpOptions",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcs",
    ),
    "the network is looked at before; these take no resource",
)
LOG = Permission(
    "WriteLogs",
    (
        "logs:CreateLogGroup",
        "logs:CreateLogStream",
        "logs:DescribeLogStreams",
        "logs:PutLogEvents",
    ),
    "what jobs print",
)
MEASURE = Permission(
    "WriteMetrics",
    ("cloudwatch:PutMetricData",),
    "metrics of machines and algorithms; takes no resource, but namespaces",
    by_resource=True,
)
PASS = Permission("PassRoles", ("iam:PassRole",), "jobs run with the roles that steps name")
INVOKE = Permission("InvokeFunctions", ("lambda:InvokeFunction",), "the functions that are called")
SEND = Permission("SendMessages", ("sqs:SendMessage",), "the queues of callbacks")
NOTIFY = Permission("Notify", ("sns:Publish",), "the topics told of answers and failures")
FEATURES = Permission(
    "PutFeatures",
    ("sagemaker:DescribeFeatureGroup", "sagemaker:PutRecord"),
    "outputs that go into the feature store",
)
ATHENA = Permission(
    "QueryAthena",
    (
        "athena:GetQueryExecution",
        "athena:GetQueryResults",
        "athena:StartQueryExecution",
        "athena:StopQueryExecution",
    ),
    "inputs that are queries to Athena",
)
CATALOGUE = Permission(
    "ReadCatalogue",
    ("glue:GetDatabase", "glue:GetPartition", "glue:GetPartitions", "glue:GetTable"),
    "Athena looks tables up",
)
REDSHIFT = Permission(
    "QueryRedshift",
    ("redshift:GetClusterCredentials",),
    "inputs that are queries to Redshift",
)
REDSHIFT_DATA = Permission(
    "RunRedshiftStatements", ("redshift-data:ExecuteStatement",), "inputs that are queries"
)
REDSHIFT_RESULTS = Permission(
    "FollowRedshiftStatements",
    ("redshift-data:DescribeStatement", "redshift-data:GetStatementResult"),
    "how far a query is; these take no resource",
)
MOUNT = Permission(
    "MountFileSystems",
    (
        "elasticfilesystem:ClientMount",
        "elasticfilesystem:ClientWrite",
        "elasticfilesystem:DescribeMountTargets",
    ),
    "inputs in a file system",
)
FIND_FSX = Permission(
    "FindFileSystems", ("fsx:DescribeFileSystems",), "inputs in FSx for Lustre; takes no resource"
)
ALGORITHM = Permission(
    "ReadAlgorithms", ("sagemaker:DescribeAlgorithm",), "algorithms that steps name"
)
PACKAGE = Permission(
    "ReadModelPackages", ("sagemaker:DescribeModelPackage",), "registered models that steps name"
)
MODEL = Permission("ReadModels", ("sagemaker:DescribeModel",), "the models that steps name")
HUB = Permission(
    "ReadHubs",
    ("sagemaker:DescribeHubContent",),
    "contents of hubs that steps name",
)
BASELINES = Permission(
    "ReadBaselines",
    ("sagemaker:DescribeModelPackage", "sagemaker:ListModelPackages"),
    "checks compare with the baselines of the latest approved model",
)
REMOTE = Permission(
    "DebugRemotely",
    (
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
    ),
    "`remote debugging` is on; these take no resource",
)
MLFLOW_SERVER = Permission(
    "RecordInMlflow",
    (
        "sagemaker-mlflow:CreateExperiment",
        "sagemaker-mlflow:CreateRun",
        "sagemaker-mlflow:GetExperiment",
        "sagemaker-mlflow:GetExperimentByName",
        "sagemaker-mlflow:GetRun",
        "sagemaker-mlflow:LogBatch",
        "sagemaker-mlflow:LogInputs",
        "sagemaker-mlflow:LogMetric",
        "sagemaker-mlflow:LogModel",
        "sagemaker-mlflow:LogParam",
        "sagemaker-mlflow:SearchRuns",
        "sagemaker-mlflow:SetTag",
        "sagemaker-mlflow:UpdateRun",
    ),
    "executions are recorded in MLflow",
)
MLFLOW_APP = Permission(
    "RecordInMlflowApp",
    ("sagemaker:CallMlflowAppApi", "sagemaker:DescribeMlflowApp"),
    "executions are recorded in an MLflow app",
)
