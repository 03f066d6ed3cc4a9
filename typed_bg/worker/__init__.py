"""`typed-bg worker` and `typed-bg tasks`: an app's tasks, run and listed outside of it."""
