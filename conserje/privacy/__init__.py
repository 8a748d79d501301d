"""Personal data: how long they are kept, and what somebody may ask of his own (Ley 21.719, Ley 1581)."""
