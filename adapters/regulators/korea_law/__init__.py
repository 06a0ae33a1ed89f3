"""Korea's National Law Information service: judgments, and decisions of the broadcasting and communications commission.

Documented at https://open.law.go.kr/. A scope is what a search in the names of cases finds: `prec/허위영상물/2024` are
judgments of one year, `kcc/딥페이크` decisions of the commission. Only some judgments are published, and only what the
lists have is read: texts of judgments are about persons, and so are titles of decisions.
"""

from datetime import timedelta

from adapters.source import LIVE, About
from adapters.vocabulary.enums import Audience, RecordType, SourceKind
from adapters.vocabulary.jurisdictions import Jurisdiction

TIME_ZONE = "Asia/Seoul"

ABOUT = About(
    name="korea_law",
    title="Judgments and commission decisions (National Law Information, Republic of Korea)",
    kind=SourceKind.REGULATOR,
    publisher="Ministry of Government Legislation (법제처)",
    url="https://open.law.go.kr/",
    licence="Judgments and decisions are no protected works (Copyright Act of Korea, Article 7)",
    licence_url=None,
    attribution="Ministry of Government Legislation, National Law Information Center (국가법령정보센터)",
    cadence=timedelta(days=1),
    audience=Audience.PUBLIC,
    records=frozenset({RecordType.CASE}),
    jurisdictions=(Jurisdiction("KR"),),
    timezone=TIME_ZONE,
    version="2",
    # A search word vouches for no court and no offence: no extent.
    # A search finds cases by their names, and published judgments stay published.
    withdraws=False,
    authoritative=LIVE,
    notes=(
        "Only published judgments: few, and mostly of the highest courts. Their number does not show how many cases "
        "there were.",
        "A judgment's name is that of the offence, not of a person. Whether anybody was found guilty is not stated.",
        "Names of courts are abbreviated as the service abbreviates them.",
        "Judgments in other than criminal cases are out of scope, and those that may be such.",
        "The commission's name changed; its code in this service did not.",
    ),
)
