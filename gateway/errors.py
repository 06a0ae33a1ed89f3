"""The base of errors that whoever runs the gateway can put right."""


class OperatorError(Exception):
    """Arguments, settings or state that an operator can put right; the message says what, and shows no secret."""
