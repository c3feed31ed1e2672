"""What is allowed and what it moves. Pure: values in, a Plan or a Refusal out; no clock, no I/O.

One module a capability: `conversion`, `campaign`, `payment`, `refund`, `redemption`, `fund`,
`reversal` and `matching`.
"""
