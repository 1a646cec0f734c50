"""Tables, named reads and writes, migrations; knows the domain and nothing above it."""
