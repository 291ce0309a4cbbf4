"""What of the types that refer to others is content with their names."""

NAMING = (
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::Dashboard",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Policy",
    "AWS::IAM::Role",
    "AWS::Lambda::Function",
    "AWS::Logs::LogGroup",
    "AWS::SecretsManager::Secret",
    "AWS::SSM::Parameter",
)
"""Types that hold the names and ARNs of tables and functions as text, which no call of theirs looks at: in
policies, metric dimensions, environment variables, tags and values (BC of their create calls)."""
