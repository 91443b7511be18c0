"""What `xlsync doctor` looks at: this computer, the city's folders, and the programs that ought to be running."""
