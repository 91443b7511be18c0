"""The worksheet 入力の重なり: fields two people changed, and which value to keep."""
