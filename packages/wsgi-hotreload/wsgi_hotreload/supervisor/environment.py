"""What apps and extensions find in the environment, as ``flask run --debug`` sets it."""

# Templates are fresh and errors are shown, unless the user has set it.
AS_FLASK_RUN = {"FLASK_DEBUG": "true"}
# Work that is to be done once is done here, and a call of ``app.run()`` that nothing guards is ignored.
AS_RELOADED = {"FLASK_RUN_FROM_CLI": "true", "WERKZEUG_RUN_MAIN": "true"}
