"""What every test may use."""

pytest_plugins = ["real_servers.plugin"]
