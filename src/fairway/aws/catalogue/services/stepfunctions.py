"""AWS Step Functions."""

from __future__ import annotations

from collections.abc import Mapping

from fairway.aws.catalogue.declaration import Call, Naming, ResourceType, Tags

_TAGS = Tags(
    tag=Call("TagResource", keys={"resourceArn": "{Arn}"}),
    untag=Call("UntagResource", keys={"resourceArn": "{Arn}"}),
    list=Call("ListTagsForResource", keys={"resourceArn": "{Arn}"}),
    arn="{Arn}",
)


def _named(arn: str) -> Mapping[str, str]:
    """docs: arn:partition:states:region:account:stateMachine:name."""
    return {"Name": arn.rpartition(":")[2]}


STATE_MACHINE = ResourceType(
    name="AWS::StepFunctions::StateMachine",
    service="stepfunctions",
    identity=("Arn",),
    names=_named,
    create=Call("CreateStateMachine"),
    read=Call("DescribeStateMachine", keys={"stateMachineArn": "{Arn}"}),
    # BC stepfunctions UpdateStateMachine: a definition or a role must always be given.
    update=(Call("UpdateStateMachine", keys={"stateMachineArn": "{Arn}"}, whole=True),),
    delete=Call("DeleteStateMachine", keys={"stateMachineArn": "{Arn}"}),
    rename={
        "StateMachineName": "name",
        "StateMachineType": "type",
        "Definition": "definition",
        "DefinitionString": "definition",
        "StateMachineRevisionId": "revisionId",
    },
    attributes={
        "Arn": "arn:{partition}:states:{region}:{account}:stateMachine:{StateMachineName}",
        "Name": "{StateMachineName}",
    },
    tags=_TAGS,
    going={"status": "DELETING"},
    wait_deleted="settled",
    naming=Naming("StateMachineName", 80),
    # BC stepfunctions CreateStateMachine.
    defaults={
        "StateMachineType": "STANDARD",
        "LoggingConfiguration": {"Level": "OFF", "IncludeExecutionData": False},
        "TracingConfiguration": {"Enabled": False},
        "EncryptionConfiguration": {"Type": "AWS_OWNED_KEY"},
    },
    refused={
        "DefinitionSubstitutions": "the definition must come with them filled in",
        "DefinitionS3Location": "the definition lies in a bucket and cannot be compared there; "
        "name a file beside the template instead",
    },
    documents=("Definition", "DefinitionString"),
    volatile=("StateMachineRevisionId",),
    # BC stepfunctions CreateStateMachine answers with a machine of the same name, whatever its role and tags.
    overwrites=True,
)

ACTIVITY = ResourceType(
    name="AWS::StepFunctions::Activity",
    service="stepfunctions",
    identity=("Arn",),
    names=_named,
    create=Call("CreateActivity"),
    read=Call("DescribeActivity", keys={"activityArn": "{Arn}"}),
    delete=Call("DeleteActivity", keys={"activityArn": "{Arn}"}),
    attributes={"Arn": "arn:{partition}:states:{region}:{account}:activity:{Name}", "Name": "{Name}"},
    tags=_TAGS,
    naming=Naming("Name", 80),
    defaults={"EncryptionConfiguration": {"Type": "AWS_OWNED_KEY"}},  # BC stepfunctions CreateActivity.
    # BC stepfunctions CreateActivity answers with an activity of the same name, whatever its tags.
    overwrites=True,
)

TYPES = (STATE_MACHINE, ACTIVITY)
