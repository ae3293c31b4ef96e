"""The database: the only place that knows tables, transactions and SQL."""
