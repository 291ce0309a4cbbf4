"""AWS Systems Manager."""

from __future__ import annotations

from fairway.aws.catalogue.declaration import Batch, Call, Naming, ResourceType, Tags

_NAME = {"ResourceType": "Parameter", "ResourceId": "{Name}"}

PARAMETER = ResourceType(
    name="AWS::SSM::Parameter",
    service="ssm",
    identity=("Name",),
    names=lambda name: {
        "Path": name.removeprefix("/")
    },  # the ARN has one slash, whether the name has one or not
    create=Call("PutParameter"),
    read=Call("GetParameter", answer="Parameter"),
    batch=Batch("GetParameters", "Names", "Parameters", "Name", size=10),
    update=(Call("PutParameter", fixed={"Overwrite": True}, whole=True),),
    delete=Call("DeleteParameter"),
    attributes={
        "Type": "{Type}",
        "Value": "{Value}",
        "Arn": "arn:{partition}:ssm:{region}:{account}:parameter/{Path}",
    },
    tags=Tags(
        tag=Call("AddTagsToResource", keys=_NAME),
        untag=Call("RemoveTagsFromResource", keys=_NAME),
        list=Call("ListTagsForResource", keys=_NAME),
    ),
    naming=Naming("Name", 1011, allowed="A-Za-z0-9_.-"),
    # BC ssm PutParameter.
    defaults={"DataType": "text", "Tier": "Standard"},
    volatile=("Type", "Value"),
)

TYPES = (PARAMETER,)
