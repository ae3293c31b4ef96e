"""The HTTP side: API routes and pages, which ask the services and decide nothing."""
