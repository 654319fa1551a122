"""What the tests of the command share."""

from tests.support.command_line import folder as folder  # noqa: PLC0414 a fixture
