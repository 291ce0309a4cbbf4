"""Which attributes `Fn::GetAtt` answers for a type."""

from __future__ import annotations

from collections.abc import Mapping

from fairway.registry.schema import Schema

# Types of which GetAtt answers the settable properties too. Source: cfn-lint 1.x, cfnlint/schema/_getatts.py,
# which records where CloudFormation goes beyond `readOnlyProperties`.
_PROPERTIES_TOO = frozenset(
    {
        "AWS::Amplify::Branch",
        "AWS::Amplify::Domain",
        "AWS::AppSync::DomainName",
        "AWS::AppSync::FunctionConfiguration",
        "AWS::AppSync::Resolver",
        "AWS::AutoScaling::AutoScalingGroup",
        "AWS::Backup::BackupSelection",
        "AWS::Backup::BackupVault",
        "AWS::Backup::LogicallyAirGappedBackupVault",
        "AWS::CodeArtifact::Domain",
        "AWS::CodeArtifact::Repository",
        "AWS::EC2::CapacityReservation",
        "AWS::EC2::Instance",
        "AWS::EC2::SecurityGroup",
        "AWS::EC2::Subnet",
        "AWS::EC2::VPC",
        "AWS::EFS::MountTarget",
        "AWS::EKS::Nodegroup",
        "AWS::ElastiCache::ReplicationGroup",
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        "AWS::Events::EventBus",
        "AWS::EventSchemas::Discoverer",
        "AWS::EventSchemas::Registry",
        "AWS::EventSchemas::Schema",
        "AWS::GameLift::GameSessionQueue",
        "AWS::GameLift::MatchmakingConfiguration",
        "AWS::GameLift::MatchmakingRuleSet",
        "AWS::Grafana::Workspace",
        "AWS::Greengrass::ConnectorDefinition",
        "AWS::Greengrass::CoreDefinition",
        "AWS::Greengrass::DeviceDefinition",
        "AWS::Greengrass::FunctionDefinition",
        "AWS::Greengrass::Group",
        "AWS::Greengrass::LoggerDefinition",
        "AWS::Greengrass::ResourceDefinition",
        "AWS::Greengrass::SubscriptionDefinition",
        "AWS::ImageBuilder::Component",
        "AWS::ImageBuilder::ContainerRecipe",
        "AWS::ImageBuilder::DistributionConfiguration",
        "AWS::ImageBuilder::ImagePipeline",
        "AWS::ImageBuilder::ImageRecipe",
        "AWS::ImageBuilder::InfrastructureConfiguration",
        "AWS::ManagedBlockchain::Node",
        "AWS::Neptune::DBCluster",
        "AWS::RDS::DBInstance",
        "AWS::RDS::DBParameterGroup",
        "AWS::RedshiftServerless::Workgroup",
        "AWS::RoboMaker::RobotApplication",
        "AWS::RoboMaker::SimulationApplication",
        "AWS::Route53Resolver::ResolverRule",
        "AWS::Route53Resolver::ResolverRuleAssociation",
        "AWS::S3::AccessPoint",
        "AWS::SageMaker::DataQualityJobDefinition",
        "AWS::SageMaker::ModelBiasJobDefinition",
        "AWS::SageMaker::ModelExplainabilityJobDefinition",
        "AWS::SageMaker::ModelQualityJobDefinition",
        "AWS::SageMaker::MonitoringSchedule",
        "AWS::SNS::Topic",
        "AWS::SQS::Queue",
        "AWS::SSM::Parameter",
        "AWS::StepFunctions::Activity",
    }
)
_THESE_TOO: Mapping[str, frozenset[str]] = {
    "AWS::AppMesh::GatewayRoute": frozenset(
        {"GatewayRouteName", "MeshName", "MeshOwner", "VirtualGatewayName"}
    ),
    "AWS::AppMesh::Mesh": frozenset({"MeshName"}),
    "AWS::AppMesh::Route": frozenset({"MeshName", "MeshOwner", "RouteName", "VirtualRouterName"}),
    "AWS::AppMesh::VirtualGateway": frozenset({"MeshName", "MeshOwner", "VirtualGatewayName"}),
    "AWS::AppMesh::VirtualNode": frozenset({"MeshName", "MeshOwner", "VirtualNodeName"}),
    "AWS::AppMesh::VirtualRouter": frozenset({"MeshName", "MeshOwner", "VirtualRouterName"}),
    "AWS::AppMesh::VirtualService": frozenset({"MeshName", "MeshOwner", "VirtualServiceName"}),
    "AWS::AppSync::DataSource": frozenset({"Name"}),
    "AWS::Cloud9::EnvironmentEC2": frozenset({"Name"}),
    "AWS::CloudWatch::InsightRule": frozenset({"RuleName"}),
    "AWS::DocDB::DBCluster": frozenset({"Port"}),
    "AWS::Greengrass::ConnectorDefinition": frozenset({"Name"}),
    "AWS::Greengrass::CoreDefinition": frozenset({"Name"}),
    "AWS::Greengrass::DeviceDefinition": frozenset({"Name"}),
    "AWS::Greengrass::FunctionDefinition": frozenset({"Name"}),
    "AWS::Greengrass::Group": frozenset({"Name", "RoleArn"}),
    "AWS::Greengrass::LoggerDefinition": frozenset({"Name"}),
    "AWS::Greengrass::ResourceDefinition": frozenset({"Name"}),
    "AWS::Greengrass::SubscriptionDefinition": frozenset({"Name"}),
    "AWS::IoT1Click::Device": frozenset({"Enabled"}),
    "AWS::IoT1Click::Placement": frozenset({"PlacementName", "ProjectName"}),
    "AWS::IoT1Click::Project": frozenset({"ProjectName"}),
    "AWS::Kinesis::StreamConsumer": frozenset({"ConsumerName", "StreamARN"}),
    "AWS::ManagedBlockchain::Member": frozenset({"NetworkId"}),
    "AWS::MediaConvert::JobTemplate": frozenset({"Name"}),
    "AWS::MediaConvert::Preset": frozenset({"Name"}),
    "AWS::MediaConvert::Queue": frozenset({"Name"}),
    "AWS::MediaLive::Input": frozenset({"Destinations", "Sources"}),
    "AWS::OpsWorks::Instance": frozenset({"AvailabilityZone"}),
    "AWS::OpsWorks::UserProfile": frozenset({"SshUsername"}),
    "AWS::Route53Resolver::ResolverEndpoint": frozenset({"Direction", "Name"}),
    "AWS::SageMaker::CodeRepository": frozenset({"CodeRepositoryName"}),
    "AWS::SageMaker::Endpoint": frozenset({"EndpointName"}),
    "AWS::SageMaker::EndpointConfig": frozenset({"EndpointConfigName"}),
    "AWS::SageMaker::Model": frozenset({"ModelName"}),
    "AWS::SageMaker::NotebookInstance": frozenset({"NotebookInstanceName"}),
    "AWS::SageMaker::NotebookInstanceLifecycleConfig": frozenset({"NotebookInstanceLifecycleConfigName"}),
    "AWS::SageMaker::Workteam": frozenset({"WorkteamName"}),
    "AWS::ServiceDiscovery::Service": frozenset({"Name"}),
    "AWS::Transfer::User": frozenset({"ServerId", "UserName"}),
}


# Types whose attributes are whatever their own code answers, and those whose outputs are.
_ANY = frozenset({"AWS::CloudFormation::CustomResource"})
_OUTPUTS = frozenset({"AWS::CloudFormation::Stack", "AWS::ServiceCatalog::CloudFormationProvisionedProduct"})


def has_attribute(schema: Schema, attribute: str) -> bool:
    """Whether GetAtt of a resource of this type answers the attribute (dotted when nested)."""
    top = attribute.split(".")[0]
    return (
        schema.type in _ANY
        or (schema.type in _OUTPUTS and top == "Outputs")
        or attribute in schema.read_only
        or top in schema.read_only
        or attribute in _THESE_TOO.get(schema.type, ())
        or (schema.type in _PROPERTIES_TOO and top in schema.properties)
    )


def attributes(schema: Schema) -> frozenset[str]:
    """The names to suggest for one that does not exist."""
    found = schema.read_only | _THESE_TOO.get(schema.type, frozenset())
    return found | schema.properties.keys() if schema.type in _PROPERTIES_TOO else found
