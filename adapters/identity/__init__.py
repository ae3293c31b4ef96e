"""Who is asking: passwords, sessions, tokens and what each may see."""
