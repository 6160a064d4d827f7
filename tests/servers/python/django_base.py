"""Django for one server of the tests, with a database that goes with it."""

import os
import tempfile

import django
from django.conf import settings


def configure(**more):
    folder = tempfile.mkdtemp(prefix="rolewright-")
    settings.configure(
        SECRET_KEY="tests",
        ALLOWED_HOSTS=["*"],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": os.path.join(folder, "db"),
                "OPTIONS": {
                    "timeout": 30,
                    "transaction_mode": "IMMEDIATE",
                    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;",
                },
                "CONN_MAX_AGE": None,
            }
        },
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        **more,
    )
    django.setup()
