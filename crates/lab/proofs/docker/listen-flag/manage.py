import sys

from django.conf import settings
from django.core.management import execute_from_command_line

settings.configure(DEBUG=True, ALLOWED_HOSTS=['*'], ROOT_URLCONF=__name__)
urlpatterns = []
execute_from_command_line(sys.argv)
