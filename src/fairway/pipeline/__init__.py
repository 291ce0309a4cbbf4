"""From a project to what is deployed and verified: the stages and their runner."""
