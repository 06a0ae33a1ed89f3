"""Operations: documents are scanned, parsed, counted, validated, priced and executed."""
