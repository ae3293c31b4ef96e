"""What people do here, one small class per subject, shared by API and pages."""
