"""The migrations, for `adapters.sql.schema` to run."""
