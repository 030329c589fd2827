"""What a person types: the `deskpulse` command. It wires the rooms together and decides nothing."""
