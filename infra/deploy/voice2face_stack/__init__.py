"""The command `infra/deploy/stack`: starts, upgrades and stops all parts of the service on one machine."""
