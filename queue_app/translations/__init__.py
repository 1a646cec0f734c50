"""The catalogues, one `.po` file a language; `python -m queue_app.translations.collect` brings them up to date."""
