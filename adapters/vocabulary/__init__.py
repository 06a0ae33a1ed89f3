"""The words of the field: closed lists, their labels and native terms, agencies, platforms, jurisdictions."""
