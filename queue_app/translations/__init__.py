"""The catalogues: one folder a language, one `.po` file in it; `python -m queue_app.translations.collect` brings them up to date."""
