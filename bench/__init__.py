"""Measures Conserje against its goals: bytes, times under thin links, the server, memory and growth."""
