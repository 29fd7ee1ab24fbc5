"""The migrations, which `adapters.sql.schema` runs."""
