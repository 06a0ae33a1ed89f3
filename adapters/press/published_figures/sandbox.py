"""The claims about the crime that all sandboxes share. Claims have no publisher with an interface to imitate."""

from pathlib import Path

from adapters.demonstration import Demonstration

CLAIMS = Path(__file__).with_name("sandbox_claims.toml")

DEMONSTRATION = Demonstration(files=(CLAIMS,))
