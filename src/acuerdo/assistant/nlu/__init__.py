"""Understanding: text in, commands out. It never decides."""
