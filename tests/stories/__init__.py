"""Stories: what people do with a local currency, and the arrows that it must leave."""
