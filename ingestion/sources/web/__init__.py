"""A web site as a source: pages by a sitemap or by their links, within one prefix."""
