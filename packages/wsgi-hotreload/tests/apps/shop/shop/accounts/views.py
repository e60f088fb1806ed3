from flask import Blueprint, redirect, render_template, url_for
from flask_login import current_user, login_required, login_user
from flask_wtf import FlaskForm
from werkzeug import Response
from wtforms import StringField
from wtforms.validators import DataRequired

from shop.extensions import db
from shop.models import User

accounts = Blueprint("accounts", __name__)


class LoginForm(FlaskForm):
    name = StringField("Name", validators=[DataRequired()])


@accounts.route("/login", methods=["GET", "POST"])
def log_in() -> str | Response:
    form = LoginForm()
    user = db.session.query(User).filter_by(name=form.name.data).one_or_none()
    if form.validate_on_submit() and user and login_user(user):
        return redirect(url_for(".profile"))
    return render_template("login.html", form=form)


@accounts.get("/profile")
@login_required
def profile() -> str:
    return f"Hello, {current_user.name}"
