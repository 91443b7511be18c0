"""The tests; what several of them need stands in office.py, corpus.py and conftest.py."""
