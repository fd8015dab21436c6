PLAIN = {
    "characters": len,
    "bytes": lambda text: len(text.encode()),
    "lines": lambda text: len(text.splitlines()),
}
