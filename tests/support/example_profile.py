"""The profile of an imaginary publisher, with every kind of key once."""

ORCHARD = """
[about]
name = "orchard_requests"
title = "Orchard's reports"
kind = "PLATFORM"
publisher = "Orchard"
licence = "CC0-1.0"
attribution = "Orchard"
cadence_days = 182

[[table]]
name = "requests-by-town"
files = ['orchard-(?P<year>[0-9]{4})_(?P<half>H[12])[.]csv']
file_name = "orchard-{year}_H{half}.csv"
own_period = "Term"
encoding = "utf-8"
aliases = { Who = ["Requester"] }
columns = ["Country", "Who", "Requests", "Items"]
optional = ["Share", "Note", "Term"]
column_patterns = ["Process: .+"]
min_lines = 1
line_counts.orchard-2031_H2 = 2
release = { columns = ["year", "half"], dates = { "2031 H1" = 2031-09-01 } }
skip = [{ where = { Country = "Total" }, reason = "is the sum of the others" }]
platform = "tumblr"
metric = "TAKEDOWN_REQUESTS"
aggregation = "SUM"
period = { columns = ["year", "half"] }
cells = { thousands = ",", words = { "?" = "UNKNOWN", "" = "SKIP" } }

[table.place]
columns = ["Country"]
words = { "Old Town" = "KR", "The Two" = ["FR", "DE"] }
not_places = { Sea = "HIGH_SEAS" }

[table.dimensions]
requester = { column = "Who" }
trigger = { column = "Who", list = "TakedownTrigger", scheme = "google", words = { All = "TOTAL", Nobody = "" } }

[[table.figure]]
name = "requests"
column = "Requests"
unit = "REQUESTS"

[[table.figure]]
name = "items"
column = "Items"
unit = "ITEMS"
qualifier = "ABOUT"
measures = ["REMOVED"]
harm_categories = ["CSAM"]

[[table.figure]]
name = "share"
column = "Share"
metric = "TAKEDOWN_COMPLIANCE_RATE"
unit = "PERCENT"
aggregation = "NONE"
population = "requests"
factor = 100
digits = 1

[[table.figure]]
name = "by-process"
columns = "Process: (?P<process>.+)"
unit = "REQUESTS"
dimensions.process = { column = "process" }

[[table.figure]]
name = "other-processes"
columns = "Process, (?P<process>.+)"
otherwise = "process"
unit = "REQUESTS"
dimensions.process = { column = "process" }

[[table]]
name = "fields"
files = ["orchard-fields-(?P<release>[0-9]{4}-q[1-4])[.]csv", 'orchard-[0-9]{4}_H[12][.]csv']
columns = ["Field", "Hectares"]
period = "2031"
cells = { thousands = "," }
metric = "OTHER"
unit = "OTHER"
aggregation = "NONE"
dimensions.field = { column = "Field" }

[[table.figure]]
name = "hectares"
column = "Hectares"

[[table]]
name = "long"
files = ["orchard-long[.]json"]
format = "JSON"
key = "figures"
part_axis = "part"
columns = ["service", "period", "what", "low", "high"]
metric = "OTHER"
unit = "OTHER"
aggregation = "NONE"
platform = { column = "service", words = { Pear = "bing" } }
period = { columns = ["period"] }
place = { columns = ["service"], not_places = { Pear = "TOTAL", Plum = "TOTAL", Tumblr = "TOTAL" }, axis = "country" }
cells = {}

[[table.figure]]
name = "reports"
low = "low"
high = "high"
where = { what = ["reports", "Reports"] }
metric = "REPORTS"
unit = "REPORTS"

[[table.figure]]
name = "others"
low = "low"
high = "high"
otherwise = "what"
"""
