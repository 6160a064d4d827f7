"""django-scim2-server over the users and groups of django.contrib.auth."""

import sys
import types

from django_base import configure
from serving import serve

site = types.ModuleType("site_of_tests")
sys.modules["site_of_tests"] = site
# The token was looked at before.
site.anybody = lambda request: True
configure(
    ROOT_URLCONF="site_of_tests",
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django_scim2_server"],
    MIDDLEWARE=[],
    SCIM2_SERVER_AUTH_CHECK="site_of_tests.anybody",
)

from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.urls import include, path

site.urlpatterns = [path("scim/v2/", include("django_scim2_server.urls"))]
call_command("migrate", verbosity=0)
serve(get_wsgi_application())
