from pathlib import Path

CURRENCY = "EUR"


class Settings:
    SECRET_KEY = "only for tests"  # noqa: S105
    SQLALCHEMY_DATABASE_URI = f"sqlite:///{Path(__file__).parents[2] / 'shop.db'}"
    BABEL_TRANSLATION_DIRECTORIES = str(Path(__file__).parents[2] / "translations")
