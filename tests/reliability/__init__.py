"""What must hold when things go wrong: crashes, full disks, double clicks, two at once."""
