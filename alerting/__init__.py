"""From a promise to a page: promise -> rule -> route -> page.

A promise is written once, over a KPI of the catalogue in `streams.counts`. `render` turns it into
the text that Prometheus, Alertmanager and Grafana read; the text is committed beside its source.
"""
