"""Bank and accounting formats, pure: bytes in, values out, or back."""
