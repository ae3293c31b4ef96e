"""The world: database, HTTP, pages, documents, identity, worker and command line."""
