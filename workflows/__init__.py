"""How a procedure is written: the definition language is read, checked, drawn and tried here."""
