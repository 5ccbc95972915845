"""The command line (命令行), one file a verb, on top of everything in this package."""
