"""The planning office's page: everything the commands do, in a browser.

application.py        the Flask application: every visit is checked here before a screen sees it
visitors.py           who visits, and what each role may do
sessions.py           who is signed in, by cookie; one-time tokens for `xlsync page` (entry_tokens.py)
page_context.py      what the screens are given: settings, snapshot, clock, jobs
sheet_snapshot.py     how far each sheet is, renewed by one thread and published frozen
screens/              a module per screen: its routes, and what its template is given
templates/, static/   Jinja2 templates, CSS, and the little JavaScript that no screen needs to work
"""
