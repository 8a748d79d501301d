"""The welcome letter (T12 to T16): what it says, to whom it goes, and on what it is printed."""
