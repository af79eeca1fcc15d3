"""What the exit status of a command says to a script."""

OK = 0
FAILED = 1  # the command could not do its work; the one line on standard error says what to do
INVALID = 2  # what was given is not in order; nothing was sent
NOT_ACCEPTED = 3  # it was sent and answered, and not everything was accepted
NO_ANSWER = 4  # it was sent, and no answer came in time
INTERRUPTED = 130
