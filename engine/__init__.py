"""What follows from what: the law of a dossier as pure functions, without any I/O."""
