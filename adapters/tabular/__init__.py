"""Sources whose publications are regular tables: one reader, and for each source a profile that is data.

A profile is a TOML file beside the other sources, such as `adapters/platforms/meta_government_requests.toml`. It says
what the source is, which files it knows and their columns, and what each column of figures counts; `profile.py`
documents every key. `source.py` makes a source of it, `reading.py` turns lines into statistics, `cells.py` and
`periods.py` read one cell and the name of one period.
"""
