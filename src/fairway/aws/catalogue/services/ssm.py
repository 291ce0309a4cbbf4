"""AWS Systems Manager."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from fairway.aws.catalogue.declaration import Bulk, Call, Naming, Pages, ResourceType, Tags, Told

_NAME = {"ResourceType": "Parameter", "ResourceId": "{Name}"}


def _tell(pages: Pages, names: Collection[str]) -> Iterator[Told]:
    for page in pages("GetParameters", Names=list(names)):
        for found in page["Parameters"]:
            name = found["Name"]
            yield Told(name, (("GetParameter", {"Name": name}, {"Parameter": found}),))


PARAMETER = ResourceType(
    name="AWS::SSM::Parameter",
    service="ssm",
    identity=("Name",),
    names=lambda name: {
        "Path": name.removeprefix("/")
    },  # the ARN has one slash, whether the name has one or not
    create=Call("PutParameter"),
    read=Call("GetParameter", answer="Parameter"),
    bulk=Bulk(_tell, "{Name}", size=10),  # BC ssm GetParameters
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
        arn="{Arn}",
    ),
    naming=Naming("Name", 1011, allowed="A-Za-z0-9_.-"),
    # BC ssm PutParameter.
    defaults={"DataType": "text", "Tier": "Standard"},
    volatile=("Type", "Value"),
)

TYPES = (PARAMETER,)
