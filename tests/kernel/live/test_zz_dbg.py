import pytest
from tests.kernel.machinery import *
from django.test import Client
pytestmark = pytest.mark.django_db(transaction=True)
def test_x(portal, make_user):
    u = make_user("pol.duty", ["DESK-POL"], side="BY")
    c=Client(); c.force_login(u,"django.contrib.auth.backends.ModelBackend")
    process, port = portal()
    s=Stream(port,"?desk=DESK-POL",cookie=c.session.session_key, read=False)
    print(s.status, s.response.headers)
    if s.status!=200: print(s.problem())
    else:
        s.connection.sock and s.connection.sock.settimeout(3)
        import time; time.sleep(1); print(s.response.read1(1000))
    print(process.output())
    assert 0
