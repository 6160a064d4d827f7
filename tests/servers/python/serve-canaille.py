"""Canaille with its store in memory, and a client whose token is ours."""

import datetime
import os

from canaille import create_app
from canaille.app import models
from canaille.backends import Backend
from serving import serve

app = create_app(
    config={
        "SECRET_KEY": "tests",
        "CANAILLE": {"DATABASE": "memory", "LOGGING": None, "JAVASCRIPT": False},
        "CANAILLE_OIDC": {},
        "CANAILLE_SCIM": {"ENABLE_SERVER": True},
    }
)
app.config["WTF_CSRF_ENABLED"] = False
with app.app_context(), Backend.instance.session():
    now = datetime.datetime.now(datetime.timezone.utc)
    client = models.Client(client_id="tests", client_name="tests", client_secret="tests")
    Backend.instance.save(client)
    token = models.Token(
        token_id="tests", access_token=os.environ["TOKEN"], client=client, subject=None, scope=["openid"],
        audience=[client], issue_date=now, lifetime=86400, type="access_token",
    )
    Backend.instance.save(token)
serve(app)
