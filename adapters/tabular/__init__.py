"""Sources whose publications are regular tables: one reader, and for each source a profile, which is data.

A profile is a TOML file beside the other sources, such as `adapters/platforms/meta_government_requests.toml`. It says
what the source is, which files it has and their columns, and what each column of figures counts; `profile.py` documents
every key and `loader.py` checks them. `source.py` makes a source of a profile, `reading.py` turns lines into
statistics, `values.py` reads the words of a line, `cells.py` and `periods.py` one number and the name of one period.
"""
