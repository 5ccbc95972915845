"""The product's core: vocabulary, intake, ranking, tables and use cases (no web framework, no queue)."""
