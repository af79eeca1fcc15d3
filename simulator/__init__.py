"""The pure parts of the services, joined in memory, and the outside parties that talk to them."""
