"""`python -m gateway`."""

from gateway.command.main import main

if __name__ == "__main__":
    main()
