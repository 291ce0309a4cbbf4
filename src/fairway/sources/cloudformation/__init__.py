"""The CloudFormation template language: text in, a resource graph out."""
