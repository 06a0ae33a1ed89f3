"""Each row of a dump counts in exactly one daily figure of the catalogue, or is a listed rejection.

The independent reader is Python's csv over the raw file, which holds rows of the genuine sample under other categories,
platforms and kinds of decision. (It reads the sample's rows as PHP does; rows with escaped quotes are PHP's own.)
"""

import csv
from collections import Counter
from io import StringIO
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from adapters.regulators.dsa_transparency.source import DSATransparency
from tests.support.catalogue import shelf_at
from tests.support.properties import examples

FIGURES = """{
  statistics(first: 100, filter: { source: "dsa_transparency" }) {
    nodes { value platform { name } dimensions { name value } }
    pageInfo { hasNextPage }
  }
}"""
CHANGES = {
    "platform_name": ["TikTok", "Telegram", "A platform that nobody runs"],
    "category": ["STATEMENT_CATEGORY_VIOLENCE", "STATEMENT_CATEGORY_PROTECTION_OF_MINORS", "STATEMENT_CATEGORY_NEW"],
    "category_specification": ["", '["KEYWORD_HATE_SPEECH"]', '["KEYWORD_OTHER","KEYWORD_HATE_SPEECH"]'],
    "decision_visibility": ["", '["DECISION_VISIBILITY_CONTENT_REMOVED"]', '["DECISION_VISIBILITY_CONTENT_DISABLED"]'],
    "automated_detection": ["Yes", "No"],
    "source_type": ["SOURCE_VOLUNTARY", "SOURCE_ARTICLE_16"],
}


@examples(usual=5, proof=60)
@given(
    st.lists(
        st.tuples(
            st.integers(1, 25), st.fixed_dictionaries({}, optional={k: st.sampled_from(v) for k, v in CHANGES.items()})
        ),
        max_size=12,
    ),
    st.integers(0, 2),
)
def test_each_row_of_a_dump_is_counted_once_or_listed(
    samples: Path, tmp_path: Path, picks: list[tuple[int, dict[str, str]]], broken: int
) -> None:
    genuine = samples / "dsa-tdb" / "dump_csv" / "sor-tiktok-2025-01-full.rows01-25.csv"
    header, *rows = csv.reader(StringIO(genuine.read_text("utf-8"), newline=""))
    lines = [dict(zip(header, rows[number - 1], strict=True)) | changes for number, changes in picks]
    text = StringIO()
    csv.writer(text).writerows([header, *rows, *(line.values() for line in lines), *[["cut off"]] * broken])
    (path := tmp_path / "sor-global-2025-01-07-full-00000-00000.csv").write_text(text.getvalue(), "utf-8")

    expected: Counter[tuple[str, ...]] = Counter()
    with path.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            if line["category"] is not None:
                keywords = sorted(line["category_specification"].strip('[]"').split('","'))
                words = (line[name] or "none" for name in ("automated_decision", "automated_detection", "category"))
                expected[
                    line["platform_name"], *words, "__".join(keywords) or "none", line["source_type"] or "none"
                ] += 1
    with shelf_at(f"sqlite:///{tmp_path / 'catalogue.db'}") as shelf:
        shelf.empty()
        shelf.hold(DSATransparency(()), path)
        page = shelf.ask(FIGURES).data["statistics"]
        rejections = shelf.run(shelf.holdings.rejections("dsa_transparency"))
    counted: Counter[tuple[str, ...]] = Counter()
    for node in page["nodes"]:
        axes = {axis["name"]: axis["value"] for axis in node["dimensions"]}
        platform = node["platform"]["name"] if node["platform"] else axes.pop("platform")
        counted[platform, *(axes[name] for name in sorted(axes))] += int(node["value"])
    assert not page["pageInfo"]["hasNextPage"]
    assert counted == expected
    assert len(rejections) == broken
