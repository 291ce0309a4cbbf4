"""What AWS publishes about resource types: the registry schemas that cfn-lint carries as data."""
