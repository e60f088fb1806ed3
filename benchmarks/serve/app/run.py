import warnings

from app import create_app

warnings.filterwarnings("ignore")
if __name__ == "__main__":
    app = create_app()
    app.run(host="0.0.0.0", port=7500)
