from flask_login import UserMixin

from shop.extensions import db, login


class User(UserMixin, db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(40), unique=True)


class Product(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(40))
    cents = db.Column(db.Integer)

    def label(self) -> str:
        return f"{self.name}: {self.cents / 100}"


# models end here


@login.user_loader
def load_user(number: str) -> User | None:
    return db.session.get(User, int(number))


def seed() -> None:
    if not db.session.query(Product).count():
        db.session.add_all([Product(name="Tea", cents=450), Product(name="Cup", cents=900), User(name="Aino")])
        db.session.commit()
