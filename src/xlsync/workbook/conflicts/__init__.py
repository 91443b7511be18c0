"""The worksheet 競合: fields two people changed, and which value to keep."""
