"""django-scim2 over the smallest models that its documentation asks for."""

import sys
import types

from django_base import configure
from serving import serve

site = types.ModuleType("site_of_tests")
sys.modules["site_of_tests"] = site


class Anybody:
    """Signs everybody in: the token was looked at before."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.user = types.SimpleNamespace(is_anonymous=False, is_authenticated=True)
        return self.get_response(request)


site.Anybody = Anybody
configure(
    ROOT_URLCONF="site_of_tests",
    AUTH_USER_MODEL="people.User",
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "django_scim", "people"],
    MIDDLEWARE=["site_of_tests.Anybody", "django_scim.middleware.SCIMAuthCheckMiddleware"],
    SCIM_SERVICE_PROVIDER={
        "NETLOC": "127.0.0.1",
        "SCHEME": "http",
        "AUTHENTICATION_SCHEMES": [{"type": "oauthbearertoken", "name": "Bearer"}],
        "GROUP_MODEL": "people.models.Group",
    },
)

from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.urls import include, path

site.urlpatterns = [path("scim/v2/", include("django_scim.urls"))]
call_command("migrate", run_syncdb=True, verbosity=0)
serve(get_wsgi_application())
