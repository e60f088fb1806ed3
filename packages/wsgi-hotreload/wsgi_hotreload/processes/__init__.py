"""What the processes of the server share: typed messages, the channel that carries them, and Linux's view of them."""
