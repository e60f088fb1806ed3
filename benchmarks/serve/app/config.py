class Config:
    DEBUG: bool | None = None


class ProdConfig(Config):
    DEBUG = False
