"""Other tools on the same emulator, as far as they can be installed and run there.

What does not run is reported in the words it failed with, never guessed. On the emulator CloudFormation
answers at once, which flatters tools that wait for it on AWS.
"""
