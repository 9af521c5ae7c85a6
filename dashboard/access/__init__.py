"""Who looks at the panel and what they may do: users, roles and rights, independent of any page."""
